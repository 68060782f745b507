vcl 4.1;

# Varnish in front of the portal: keeps readers' pages in memory, forgets each when something on it changes, and serves
# what it has while the portal is down. For Varnish 7.1 (Debian 12) and later; docs/operating.md says how to set it up.

import std;

# The probe asks whether the portal can work, its database included.
backend portal {
    .host = "127.0.0.1";
    .port = "8000";
    # An uploaded picture is answered once its crops are made.
    .first_byte_timeout = 60s;
    .probe = {
        .url = "/health/ready";
        .interval = 2s;
        .timeout = 2s;
        .window = 4;
        .threshold = 2;
    }
}

# The same portal without a probe. With its database down it still has pages that have not changed, and an explanation
# for other requests, so it is asked whatever the probe says; Varnish would not ask a sick backend at all.
backend portal_as_it_is {
    .host = "127.0.0.1";
    .port = "8000";
    .first_byte_timeout = 60s;
}

# Who may purge pages: the machines that run the portal's worker.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    set req.backend_hint = portal_as_it_is;
    unset req.http.X-Try;

    if (req.method == "PURGE") {
        call forget;
    }
    if (req.method == "PRI") {
        return (synth(405));
    }
    # Only GET and HEAD, and only without credentials, can be for everybody; as in newsportal/pages/asking.py.
    if ((req.method != "GET" && req.method != "HEAD") ||
        req.http.Authorization ||
        req.http.Cookie ~ "sessionid" ||
        req.http.Content-Length ||
        req.http.Transfer-Encoding ||
        req.url ~ "^/(admin|static|media|health|my-comment|my-address|error-report|report)/" ||
        req.url ~ "^/metrics") {
        return (pass);
    }
    # No page for everybody reads a cookie. (Varnish itself has reduced Accept-Encoding to "gzip" or nothing by now.)
    unset req.http.Cookie;
    # Parameters that mark a visit and change no page.
    if (req.url ~ "(?i)[?&](utm_[a-z_]+|mtm_[a-z_]+|[a-z]*clid|_ga|_gl|mc_[ce]id|igshid)=") {
        set req.url = regsuball(req.url, "(?i)([?&])(utm_[a-z_]+|mtm_[a-z_]+|[a-z]*clid|_ga|_gl|mc_[ce]id|igshid)=[^&]*", "\1");
        set req.url = regsub(regsub(regsuball(req.url, "&&+", "&"), "\?&", "?"), "[?&]$", "");
    }
    set req.url = std.querysort(req.url);

    # While the portal works, an old page is served only for as long as it takes to fetch the new one
    # (STALE_WHILE_SECONDS in newsportal/pages/limits.py); otherwise for as long as the page itself allows, see below.
    if (req.restarts == 0 && std.healthy(portal)) {
        set req.grace = 30s;
    } else {
        set req.grace = 1d;
    }
    if (req.restarts == 0) {
        set req.http.X-Try = "first";
    }
    return (hash);
}

# PURGE with `Surrogate-Key: name` forgets every page that carries this name, and no other.
sub forget {
    # Varnish has put the client last in X-Forwarded-For: if it is not the only entry, the request came through a
    # proxy, and may be from anybody.
    if (client.ip !~ purgers || req.http.X-Forwarded-For ~ ",") {
        return (synth(403));
    }
    if (req.http.Surrogate-Key !~ "^[A-Za-z0-9:_-]+$") {
        return (synth(400));
    }
    # Refers only to the page and not to the request, so the ban lurker can process it in the background.
    if (!std.ban("obj.http.Surrogate-Key ~ (^|\s)" + req.http.Surrogate-Key + "(\s|$)")) {
        return (synth(500));
    }
    return (synth(200, "Forgotten"));
}

sub vcl_backend_response {
    # A failure replaces no page: neither the one that is served while this was fetched in the background, nor an older
    # one. Only if there is none, readers see an error; see vcl_synth.
    if (beresp.status >= 500) {
        if (bereq.is_bgfetch || bereq.http.X-Try == "first") {
            return (abandon);
        }
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.uncacheable = true;
        return (deliver);
    }
    # A page for everybody says so. Its `no-cache` is for browsers; Varnish itself has put s-maxage into beresp.ttl.
    if (!bereq.uncacheable &&
        beresp.status == 200 &&
        beresp.http.Surrogate-Key &&
        beresp.http.Cache-Control ~ "(^|[ ,])s-maxage=[1-9]" &&
        beresp.http.Cache-Control !~ "(?i)private|no-store" &&
        !beresp.http.Set-Cookie) {
        set beresp.grace = std.duration(regsub(beresp.http.Cache-Control, "^.*stale-if-error=([0-9]+).*$", "\1s"), 0s);
        return (deliver);
    }
    # For everything else only the fact that it is not cached is kept, so that readers do not queue for it.
    set beresp.ttl = 120s;
    set beresp.grace = 0s;
    set beresp.uncacheable = true;
    return (deliver);
}

sub vcl_deliver {
    # Browsers ask each time, and a 304 is cheap. Instructions for caches are meant for us.
    if (resp.http.Surrogate-Key) {
        set resp.http.Cache-Control = "public, no-cache";
    }
    unset resp.http.Surrogate-Key;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.Via;
}

sub vcl_synth {
    # The portal failed while its probe is still green: try once more, now with a page as old as it allows.
    if (resp.status == 503 && req.restarts == 0 && req.http.X-Try == "first") {
        return (restart);
    }
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    set resp.body = resp.reason + {"
"};
    return (deliver);
}

sub vcl_backend_error {
    if (bereq.is_bgfetch || bereq.http.X-Try == "first") {
        return (abandon);
    }
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Content-Type = "text/plain; charset=utf-8";
    set beresp.http.Retry-After = "5";
    set beresp.body = {"The site cannot be reached just now. Please try again in a moment.
"};
    return (deliver);
}
