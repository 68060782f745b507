"""The page store that several machines share, in Redis. What must be atomic is a script."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from newsportal.pages.limits import NAMES_KEPT, REDIS_PAGE_SECONDS, REDIS_SECONDS, STORE_BYTES, WAIT_SECONDS
from newsportal.pages.page import Page
from newsportal.pages.store import StoreError

P = ParamSpec("P")
R = TypeVar("R")

# The tables: `state` (epoch, generation, bytes), `names` (versions), `sizes` (bytes of each page), `ages` (pages by
# time).
_BATCH = 100
_TABLES = ("state", "names", "sizes", "ages")

# KEYS: the tables. ARGV: a token. What was lost (evicted, flushed) begins anew, with a new epoch: no page rendered
# before is kept, and no earlier version recurs. So does what another run of Redis has left (a snapshot, a replica that
# took over), because later changes may be missing from it.
_MOMENT = """
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 or redis.call('HGET', KEYS[1], 'run') ~= run then
  redis.call('DEL', unpack(KEYS))
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'generation', 0, 'run', run)
  redis.call('HSET', KEYS[2], '', '')
end
local state = redis.call('HMGET', KEYS[1], 'epoch', 'generation')
return state[1] .. ':' .. state[2]
"""

# KEYS: state, names. ARGV: a token, names...
_RENEW = """
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
for at = 2, #ARGV do
  if redis.call('HEXISTS', KEYS[2], ARGV[at]) == 1 then
    redis.call('HSET', KEYS[2], ARGV[at], generation .. ':' .. ARGV[1])
  end
end
"""

# KEYS: state, names. ARGV: a token, the moment of the rendering, most names, names... Returns their versions, or
# nothing if one has changed since, or may have.
_VERSIONS = """
if redis.call('HLEN', KEYS[2]) > tonumber(ARGV[3]) then redis.call('DEL', KEYS[1], KEYS[2]) end
local state = redis.call('HMGET', KEYS[1], 'epoch', 'generation')
if not state[1] or redis.call('EXISTS', KEYS[2]) == 0 then return false end
local epoch, since = string.match(ARGV[2], '^(.*):(%d+)$')
if epoch ~= state[1] then return false end
local known, versions = true, {}
for at = 4, #ARGV do
  local version = redis.call('HGET', KEYS[2], ARGV[at])
  if not version then
    known = known and since == state[2]
    version = state[2] .. ':' .. ARGV[1]
    redis.call('HSET', KEYS[2], ARGV[at], version)
  elseif tonumber(string.match(version, '^%d+')) > tonumber(since) then
    known = false
  end
  versions[#versions + 1] = version
end
return known and versions
"""

# KEYS: sizes, ages, serial, state, page. ARGV: the page, its name, seconds to live, most bytes, the prefix of page
# keys. The page's versions were read before: if a name has changed meanwhile, it is found outdated when asked for.
_PUT = """
redis.call('SET', KEYS[5], ARGV[1], 'EX', ARGV[3])
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or 0)
redis.call('HSET', KEYS[1], ARGV[2], #ARGV[1])
redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[2])
local taken = redis.call('HINCRBY', KEYS[4], 'bytes', #ARGV[1] - before)
while taken > tonumber(ARGV[4]) do
  local oldest = redis.call('ZPOPMIN', KEYS[2])[1]
  if not oldest then break end
  taken = redis.call('HINCRBY', KEYS[4], 'bytes', -tonumber(redis.call('HGET', KEYS[1], oldest) or 0))
  redis.call('HDEL', KEYS[1], oldest)
  redis.call('DEL', ARGV[5] .. oldest)
end
"""


def _guarded(method: Callable[Concatenate["RedisStore", P], R]) -> Callable[Concatenate["RedisStore", P], R]:
    """Turn every error of Redis or the network into a StoreError."""

    @wraps(method)
    def guarded(self: "RedisStore", /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except (redis.RedisError, OSError, ValueError) as error:
            raise StoreError(str(error) or type(error).__name__) from error

    return guarded


class RedisStore:
    """See `newsportal.pages.store.Store`.

    `space` is the prefix of each key, so that sites can share one Redis. `build` identifies the code: machines with
    different code share the names, but each has its own pages.
    """

    is_instant = False

    def __init__(
        self, url: str, space: str, *, build: str = "", most_bytes: int = STORE_BYTES, most_names: int = NAMES_KEPT
    ) -> None:
        # Braces keep all keys of a site together in a cluster.
        self._space = f"{{{space}}}"
        self._build = build
        self._most_bytes = most_bytes
        self._most_names = most_names
        self._redis: Any = redis.Redis.from_url(
            url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            # A retry would double the time that a silent server costs a reader.
            retry=Retry(NoBackoff(), 0),
            redis_connect_func=self._greet,
        )
        self._scripts = {
            name: self._redis.register_script(text)
            for name, text in (("moment", _MOMENT), ("renew", _RENEW), ("versions", _VERSIONS), ("put", _PUT))
        }

    @_guarded
    def begin(self) -> None:
        self._moment()

    @_guarded
    def moment(self) -> str:
        epoch, generation, is_whole = self._ask_moment()
        return f"{epoch.decode()}:{generation.decode()}" if epoch and generation and is_whole else self._moment()

    @_guarded
    def find(self, key: str) -> Page | None:
        packed = self._redis.get(self._page_key(self._digest(key)))
        page = Page.unpack(packed) if packed else None
        return page if page and page.key == key and self._is_current(page.versions) else None

    @_guarded
    def is_current(self, versions: Mapping[str, str]) -> bool:
        return self._is_current(versions)

    @_guarded
    def keep(self, page: Page, names: Iterable[str], since: str) -> Page | None:
        asked = list(names)
        token = secrets.token_hex(8)
        versions = self._run("versions", ["state", "names"], [token, since, self._most_names, *asked])
        if not versions:
            return None
        kept = page.at_versions({name: version.decode() for name, version in zip(asked, versions, strict=True)})
        self._put(kept)
        return kept

    @_guarded
    def renew(self, names: Iterable[str]) -> None:
        self._moment()
        self._run("renew", ["state", "names"], [secrets.token_hex(8), *names])

    @_guarded
    def claim(self, key: str) -> bool:
        milliseconds = int(WAIT_SECONDS * 1000)
        return bool(self._redis.set(self._key(f"claim:{self._digest(key)}"), "1", nx=True, px=milliseconds))

    @_guarded
    def release(self, key: str) -> None:
        self._redis.delete(self._key(f"claim:{self._digest(key)}"))

    @_guarded
    def forget_everything(self) -> None:
        self._redis.delete(*(self._key(table) for table in _TABLES))
        for keys in _in_batches(self._redis.scan_iter(f"{self._page_key('')}*", count=1000)):
            self._redis.delete(*keys)

    @_guarded
    def contents(self) -> list[Page]:
        found = []
        for keys in _in_batches(self._redis.scan_iter(f"{self._page_key('')}*", count=1000)):
            found += [Page.unpack(packed) for packed in self._redis.mget(keys) if packed]
        return [page for page in found if page and self._is_current(page.versions)]

    @_guarded
    def count(self, steps: Mapping[str, int]) -> None:
        with self._redis.pipeline() as pipeline:
            for name, step in steps.items():
                pipeline.hincrby(self._key("counts"), name, step)
            pipeline.execute()

    @_guarded
    def counts(self) -> dict[str, int]:
        with self._redis.pipeline() as pipeline:
            pipeline.hgetall(self._key("counts")).zcard(self._key("ages")).hget(self._key("state"), "bytes")
            counts, pages, stored = pipeline.execute()
        return {name.decode(): int(value) for name, value in counts.items()} | {
            "pages": pages,
            "bytes": int(stored or 0),
        }

    def _greet(self, connection: Any) -> None:
        """On each new connection, before anything else: Redis may have been restarted meanwhile."""
        connection.on_connect()
        tables = [self._key(table) for table in _TABLES]
        connection.send_command("EVAL", _MOMENT, len(tables), *tables, secrets.token_hex(8))
        connection.read_response()

    def _ask_moment(self) -> tuple[bytes | None, bytes | None, bool]:
        with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.hmget(self._key("state"), "epoch", "generation").exists(self._key("names"))
            (epoch, generation), names = pipeline.execute()
        return epoch, generation, bool(names)

    def _moment(self) -> str:
        """The count of changes; begun anew if it, or the names, were lost."""
        moment: bytes = self._run("moment", _TABLES, [secrets.token_hex(8)])
        return moment.decode()

    def _is_current(self, versions: Mapping[str, str]) -> bool:
        if not versions:
            return True
        present = self._redis.hmget(self._key("names"), list(versions))
        return list(present) == [version.encode() for version in versions.values()]

    def _put(self, page: Page) -> None:
        digest = self._digest(page.key)
        self._run(
            "put",
            ["sizes", "ages", "serial", "state", f"page:{digest}"],
            [page.pack(), digest, REDIS_PAGE_SECONDS, self._most_bytes, self._page_key("")],
        )

    def _run(self, script: str, tables: Iterable[str], arguments: Iterable[Any]) -> Any:
        return self._scripts[script](keys=[self._key(table) for table in tables], args=list(arguments))

    def _digest(self, key: str) -> str:
        return blake2b(f"{self._build} {key}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def _key(self, table: str) -> str:
        return f"{self._space}:{table}"

    def _page_key(self, digest: str) -> str:
        return self._key(f"page:{digest}")


def _in_batches(keys: Iterable[bytes]) -> Iterable[list[bytes]]:
    batch: list[bytes] = []
    for key in keys:
        batch.append(key)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
