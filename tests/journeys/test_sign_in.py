"""The way in, as a new colleague meets it: an invitation, a password, a second factor."""

import re
from base64 import b32decode

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, BrowserContext, Page

from tests import servers
from tests.journeys.conftest import Visit
from tests.servers import PASSWORD, Portal

NEW = "a-password-of-her-own"
MAIL_SECONDS = 60.0


def link_to(portal: Portal, address: str) -> str:
    """The link in the mail to an address, once it has arrived."""

    def mails() -> list[str]:
        return [text.replace("=\n", "") for text in portal.mailbox.messages if f"to: {address}" in text.lower()]

    # The worker may still be making the demo's crops.
    servers.wait_until(lambda: bool(mails()), MAIL_SECONDS)
    found = re.search(r"http://\S+/admin/login/\S+/", mails()[-1])
    assert found
    return found[0]


def test_an_app_is_set_up_and_asked_for(visit: Visit) -> None:
    visitor = visit()
    page, portal = visitor.page, visitor.portal
    try:
        page.goto("/admin/login/?next=/admin/account/app/")
        _give_password(page, "moderator2", PASSWORD)
        key = b32decode(page.input_value(".own-account__key").replace(" ", ""))
        page.fill("#id_code", f"{totp(key):06d}")
        page.click(".own-account input[type=submit]")
        recovery = page.locator(".own-account__codes code").all_inner_texts()
        page.click("#logout-form button")

        page.goto("/admin/login/?next=/admin/account/")
        _give_password(page, "moderator2", PASSWORD)
        page.fill("#id_code", "000000")
        page.click("input[type=submit]")
        assert "This code is wrong" in page.inner_text("#login-form")
        page.fill("#id_code", recovery[0])
        page.click("input[type=submit]")
        page.wait_for_url("**/admin/account/")
        assert "9 codes are left" in page.inner_text(".own-account")
        page.click("button[value=app]")
        assert "It was removed." in page.inner_text(".messagelist")
    finally:
        # What other journeys kept has expired.
        portal.sessions.pop("moderator2", None)


@pytest.mark.long
def test_a_colleague_is_invited_and_comes_back_when_the_password_is_forgotten(visit: Visit) -> None:
    admin = visit().sign_in("admin", "/admin/auth/user/add/")
    admin.fill("#id_username", "nina")
    admin.fill("#id_email", "nina@example.org")
    admin.click("input[name=_save]")
    assert "The invitation goes to nina@example.org." in admin.inner_text(".messagelist")

    nina = visit()
    page = nina.page
    page.goto(link_to(nina.portal, "nina@example.org"))
    _choose(page, NEW)
    _give_password(page, "nina", NEW)
    assert page.url.endswith("/admin/")
    page.click("#logout-form button")

    page.goto("/admin/login/")
    page.click("text=Forgotten your password?")
    nina.portal.mailbox.messages.clear()
    page.fill("#id_email", "NINA@example.org")
    page.click("input[type=submit]")
    page.goto(link_to(nina.portal, "nina@example.org"))
    _choose(page, f"{NEW}-again")
    _give_password(page, "nina", f"{NEW}-again")
    assert page.url.endswith("/admin/")


@pytest.mark.long
def test_a_passkey_leads_in_alone_and_confirms_what_changes_rights(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(base_url=f"http://localhost:{portal.port}")
    page = context.new_page()
    _with_authenticator(context, page)
    try:
        page.goto("/admin/login/?next=/admin/account/")
        _give_password(page, "moderator2", PASSWORD)
        page.fill("#id_name", "My phone")
        page.click("button[data-passkey=create]")
        page.click("text=I have kept them")
        assert "My phone" in page.inner_text(".own-account__list")

        page.click("#logout-form button")
        page.goto("/admin/login/?next=/admin/account/")
        page.click("button[data-passkey=get]")
        page.wait_for_url("**/admin/account/")

        page.click("#logout-form button")
        page.goto("/admin/login/?next=/admin/account/")
        _give_password(page, "moderator2", PASSWORD)
        page.wait_for_url("**/second-factor/")
        page.click("button[data-passkey=get]")
        page.wait_for_url("**/admin/account/")

        page.click("button[aria-label='Remove “My phone”']")
        assert "It was removed." in page.inner_text(".messagelist")
    finally:
        # What other journeys kept has expired.
        portal.sessions.pop("moderator2", None)
        context.close()


def _choose(page: Page, password: str) -> None:
    page.fill("#id_new_password1", password)
    page.fill("#id_new_password2", password)
    page.click("input[type=submit]")


def _give_password(page: Page, name: str, password: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.click("#login-form input[type=submit]")


def _with_authenticator(context: BrowserContext, page: Page) -> None:
    """A device that holds passkeys and knows its owner, emulated by Chromium (WebAuthn, section 11)."""
    chromium = context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
