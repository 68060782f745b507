"""The pages of signing in and of one's own account. All are below /admin/, where the newsroom's cookies are sent."""
