"""The providers of sign-in that the operator has named, from one file, read once at the start."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = {"127.0.0.1", "localhost", "::1"}
FIELDS = {"vi", "en", "issuer", "client_id", "secret_file", "scopes", "asks_second_factor"}


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider. People are known by its issuer and the subject it gives them, by nothing else."""

    code: str
    vi: str
    en: str
    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile")
    asks_second_factor: bool = False

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.vi


def read(path: Path) -> tuple[Provider, ...]:
    """In the order of the file; a sentence as ValueError for what is wrong with it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not TOML: {error}") from None
    providers = tuple(_provider(code, table) for code, table in tables.items())
    issuers = [one.issuer for one in providers]
    if len(set(issuers)) < len(issuers):
        raise ValueError("two providers have the same issuer")
    return providers


def _provider(code: str, table: Any) -> Provider:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", code) or not isinstance(table, dict):
        raise ValueError(f"[{code}] is no name of a provider: small plain letters, digits and dashes")
    if unknown := sorted(set(table) - FIELDS):
        raise ValueError(f"[{code}] has {unknown[0]}, which means nothing here")
    words = {name: table.get(name, "") for name in ("vi", "en", "issuer", "client_id", "secret_file")}
    for name, value in words.items():
        if not isinstance(value, str) or (not value.strip() and name not in ("en", "secret_file")):
            raise ValueError(f"[{code}] needs {name} as a text")
    scopes = table.get("scopes", ["profile"])
    if not isinstance(scopes, list) or not all(isinstance(one, str) and one for one in scopes):
        raise ValueError(f"[{code}] scopes is a list of texts")
    asks = table.get("asks_second_factor", False)
    if not isinstance(asks, bool):
        raise ValueError(f"[{code}] asks_second_factor is true or false")
    return Provider(
        code=code,
        vi=words["vi"].strip(),
        en=words["en"].strip() or words["vi"].strip(),
        issuer=_issuer(code, words["issuer"].strip()),
        client_id=words["client_id"].strip(),
        secret=_secret(code, words["secret_file"].strip()),
        scopes=tuple(dict.fromkeys(["openid", *scopes])),
        asks_second_factor=asks,
    )


def _issuer(code: str, address: str) -> str:
    """As the provider writes it, to the letter: it is compared, never mended."""
    parts = urlsplit(address)
    plain = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    if not plain or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"[{code}] issuer {address!r} is no https address such as https://sso.example.vn/realms/x")
    return address


def _secret(code: str, name: str) -> str:
    if not name:
        return ""
    path = Path(name).expanduser()
    try:
        if path.stat().st_mode & 0o077:
            raise ValueError(f"[{code}] secret_file {path} can be read by others: chmod 600")
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"[{code}] secret_file {path} cannot be read: {error.strerror}") from None
    if not secret:
        raise ValueError(f"[{code}] secret_file {path} is empty")
    return secret
