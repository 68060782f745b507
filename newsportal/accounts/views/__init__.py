"""The pages of signing in and of one's own account. All stand below /admin/, where the newsroom's cookies are sent."""
