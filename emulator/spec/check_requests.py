#!/usr/bin/env python3
# fmt: off
# mypy: ignore-errors
# ruff: noqa: C901, E501, E731, FBT002, FBT003, FURB167, PLR0912, PLR0915, PLW2901, PTH100, PTH118, PTH119, PTH120, PTH123, RET503, RUF021, SIM102, SIM105, SIM115, SIM905, T201, UP031
"""Checks recorded Bot API traffic against the specification in bot-api-10.0.json.

    python check_requests.py calls.jsonl [more.jsonl ...] [--bot-username my_bot] [--json] [--strict]
    python check_requests.py --self-test

One JSON object a line.  Keys that are read:
    method, params    a call the bot made; params as JSON values, or as the strings that a
                      form-encoded or multipart request carries (python-telegram-bot's way)
    files             names of parameters or attach:// parts that carried an upload (optional)
    at                UNIX time of the call (optional; enables the rate warnings)
    response          what the server answered, {"ok":..., "result":...} (optional; the result is
                      checked against the method's return type, an error for its envelope)
    update            an Update the server delivered (optional; checked against type Update)
A line may hold any of them.  Exit status: 0 clean, 1 errors (with --strict also warnings), 2 unreadable input.
Standard library only.  Errors are what the specification or the official server refuses;
warnings are what it takes but a careful bot avoids.
"""
import argparse
import html
import json
import os
import re
import sys
from collections import defaultdict, deque
from urllib.parse import parse_qs, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
CHAT_ACTIONS = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
                "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
ENTITY_TYPES = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
                "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
                "text_link", "text_mention", "custom_emoji", "date_time"}
BUTTON_ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query",
                  "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
                  "callback_game", "pay")
HTML_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji",
             "tg-time", "code", "pre", "blockquote"}
REACTIONS = set("❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 "
                "👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡".split())


def utf16(s):
    return len(s.encode("utf-16-le", "surrogatepass")) // 2


# ---------------------------------------------------------------- text after entities parsing
class ParseError(ValueError):
    pass


def strip_html(text):
    out, stack, i = [], [], 0
    while i < len(text):
        c = text[i]
        if c == "<":
            j = text.find(">", i)
            if j < 0:
                raise ParseError(f"can't parse entities: unclosed start tag at character {i}")
            body = text[i + 1:j]
            if body.startswith("/"):
                name = body[1:].strip().lower()
                if not stack:
                    raise ParseError(f"can't parse entities: unexpected end tag at character {i}")
                if name and name != stack[-1]:
                    raise ParseError(f"can't parse entities: unmatched end tag </{name}>, expected </{stack[-1]}>")
                stack.pop()
            else:
                name = (re.match(r"[^\s>/]*", body)[0]).lower()
                if name not in HTML_TAGS:
                    raise ParseError(f'can\'t parse entities: unsupported start tag "{name}"')
                if name == "span" and not re.search(r"class\s*=\s*[\"']?tg-spoiler[\"']?", body):
                    raise ParseError('can\'t parse entities: tag "span" must have class "tg-spoiler"')
                stack.append(name)
            i = j + 1
        elif c == "&":
            m = re.match(r"&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);", text[i:])
            out.append(html.unescape(m[0]) if m else c)
            i += len(m[0]) if m else 1
        else:
            out.append(c)
            i += 1
    if stack:
        raise ParseError(f"can't parse entities: can't find end tag corresponding to start tag \"{stack[-1]}\"")
    return "".join(out)


def strip_markdown_v2(t):
    out, stack, i, line_start = [], [], 0, True
    while i < len(t):
        c = t[i]
        code = stack and stack[-1] in ("`", "```")
        if c == "\\" and i + 1 < len(t) and 1 <= ord(t[i + 1]) <= 126:
            out.append(t[i + 1])
            i += 2
            line_start = False
            continue
        if code:
            if t.startswith(stack[-1], i):
                i += len(stack.pop())
            else:
                out.append(c)
                i += 1
            continue
        if c == "\n":
            out.append(c)
            i += 1
            line_start = True
            continue
        if c == ">" and line_start or t.startswith("**>", i) and line_start:
            i += 1 if c == ">" else 3
            continue
        line_start = False
        for mark in ("```", "`", "||", "__", "_", "*", "~"):
            if t.startswith(mark, i):
                if mark == "__" and stack and stack[-1] == "_" and "__" not in stack:
                    mark = "_"
                if mark in stack:
                    if stack[-1] != mark:
                        raise ParseError(f"can't parse entities: can't find end of the entity {stack[-1]!r}")
                    stack.pop()
                else:
                    stack.append(mark)
                    if mark == "```":
                        m = re.match(r"```([^\s`]*)\n", t[i:])
                        i += len(m[1]) if m else 0
                i += len(mark)
                break
        else:
            if c == "[" or t.startswith("![", i):
                stack.append("[")
                i += 1 if c == "[" else 2
            elif c == "]" and "[" in stack:
                if stack.pop() != "[":
                    raise ParseError("can't parse entities: entity crosses a link")
                m = re.match(r"\]\(((?:\\.|[^)\\])*)\)", t[i:], re.S)
                i += len(m[0]) if m else 1
            elif c in "_*[]()~`>#+-=|{}.!":
                raise ParseError(f"can't parse entities: character '{c}' is reserved and must be escaped with the preceding '\\'")
            else:
                out.append(c)
                i += 1
    if stack:
        raise ParseError(f"can't parse entities: can't find end of the entity starting with {stack[-1]!r}")
    return "".join(out)


def strip_markdown(t):
    out, i = [], 0
    while i < len(t):
        c = t[i]
        if c == "\\" and i + 1 < len(t) and t[i + 1] in "_*`[":
            out.append(t[i + 1])
            i += 2
        elif c in "_*`":
            end = "```" if t.startswith("```", i) else c
            j = t.find(end, i + len(end))
            if j < 0:
                raise ParseError(f"can't parse entities: can't find end of the entity starting at character {i}")
            out.append(t[i + len(end):j])
            i = j + len(end)
        elif c == "[" and (m := re.match(r"\[([^\]]*)\]\(([^)]*)\)", t[i:])):
            out.append(m[1])
            i += len(m[0])
        else:
            out.append(c)
            i += 1
    return "".join(out)


def visible(text, parse_mode):
    pm = (parse_mode or "").lower()
    if pm == "html":
        return strip_html(text)
    if pm == "markdownv2":
        return strip_markdown_v2(text)
    if pm == "markdown":
        return strip_markdown(text)
    return text


# ---------------------------------------------------------------- the checker
class Checker:
    def __init__(self, spec, bot_username=None):
        self.s, self.bot = spec, (bot_username or "").lstrip("@").lower()
        self.methods = {m.lower(): m for m in spec["methods"]}
        self.update_types = [f["name"] for f in spec["types"]["Update"]["fields"] if f["name"] != "update_id"]
        self.found, self.where = [], ""
        self.per_chat, self.all = defaultdict(deque), deque()
        self.open_queries = {}

    def add(self, level, msg):
        self.found.append({"where": self.where, "level": level, "message": msg})

    def err(self, msg):
        self.add("error", msg)

    def warn(self, msg):
        self.add("warning", msg)

    # -- types.  form=True: the value came out of a form, so it is a string that holds JSON text
    def value(self, types, v, path, form, strict_unknown=True):
        errs = []
        for t in types:
            e = []
            got = self.one(t, v, path, form, e, strict_unknown)
            if not e:
                return got
            errs.append((t, e))
        # the alternative that got furthest: prefer objects/arrays when the value is one
        best = min(errs, key=lambda x: (x[0] in ("String", "Integer", "Boolean", "Float", "InputFile"), len(x[1])))
        if len(errs) > 1 and all(len(e) == 1 and "expected" in e[0] for _, e in errs):
            self.err(f"{path}: expected {' or '.join(types)}, got {short(v)}")
        else:
            for m in best[1]:
                self.err(m)
        return None

    def one(self, t, v, path, form, e, su):
        if t.startswith("Array of "):
            if form and isinstance(v, str):
                try:
                    v = json.loads(v)
                except ValueError:
                    e.append(f"{path}: expected JSON array, got {short(v)}")
                    return None
            if not isinstance(v, list):
                e.append(f"{path}: expected {t}, got {short(v)}")
                return None
            out = []
            for i, x in enumerate(v):
                out.append(self.one(t[9:], x, f"{path}[{i}]", False, e, su))
            return out
        if t in ("Integer", "Int"):
            if isinstance(v, bool) or not (isinstance(v, int) or (form and isinstance(v, str) and re.fullmatch(r"-?\d+", v))):
                e.append(f"{path}: expected Integer, got {short(v)}")
                return None
            return int(v)
        if t in ("Float", "Float number"):
            ok = isinstance(v, (int, float)) and not isinstance(v, bool)
            if not ok and form and isinstance(v, str):
                try:
                    v, ok = float(v), True
                except ValueError:
                    pass
            if not ok:
                e.append(f"{path}: expected Float, got {short(v)}")
            return v
        if t in ("Boolean", "True", "False"):
            if isinstance(v, bool):
                return v
            if form and isinstance(v, str) and v.lower() in ("true", "false", "1", "0", "yes", "no"):
                return v.lower() in ("true", "1", "yes")
            e.append(f"{path}: expected Boolean, got {short(v)}")
            return None
        if t == "String":
            if not isinstance(v, str):
                e.append(f"{path}: expected String, got {short(v)}")
            return v
        if t == "InputFile":
            if not isinstance(v, (str, dict)):
                e.append(f"{path}: expected InputFile, got {short(v)}")
            return v
        typ = self.s["types"].get(t)
        if typ is None:
            e.append(f"{path}: the specification has no type {t}")
            return None
        if form and isinstance(v, str):
            try:
                v = json.loads(v)
            except ValueError:
                e.append(f"{path}: expected JSON of {t}, got {short(v)}")
                return None
        if t == "InputMedia" or typ.get("subtypes"):
            subs = typ.get("subtypes") or []
            if isinstance(v, str) and "String" in subs:
                return v
            if isinstance(v, list) and any(x.startswith("Array of ") for x in subs):
                return v
            if not isinstance(v, dict):
                e.append(f"{path}: expected {t}, got {short(v)}")
                return None
            fit = [x for x in subs if x in self.s["types"] and self.consts_fit(x, v)]
            if not fit:
                e.append(f"{path}: {t} fits none of {', '.join(subs)}: {short(v)}")
                return None
            tries = []
            for x in fit:
                sub = []
                self.one(x, v, path, False, sub, su)
                if not sub:
                    return v
                tries.append(sub)
            e.extend(min(tries, key=len))
            return v
        if not isinstance(v, dict):
            e.append(f"{path}: expected {t}, got {short(v)}")
            return None
        fields = {f["name"]: f for f in typ.get("fields", [])}
        for k in v:
            if k not in fields and su:
                e.append(f"{path}: {t} has no field {k!r}")
        for k, f in fields.items():
            if k not in v or v[k] is None:
                if f["required"]:
                    e.append(f"{path}: {t} lacks required field {k!r}")
                continue
            sub = []
            alts = []
            for ft in f["types"]:
                sub = []
                self.one(ft, v[k], f"{path}.{k}", False, sub, su)
                if not sub:
                    break
                alts.append(sub)
            else:
                e.extend(min(alts, key=len))
                continue
            if f.get("const") and v[k] != f["const"]:
                e.append(f"{path}.{k}: must be {f['const']!r}, got {short(v[k])}")
            if f.get("limit") and not f["limit"].get("after_entities"):
                self.limit(f["limit"], v[k], f"{path}.{k}", e.append)
        return v

    def consts_fit(self, t, v):
        for f in self.s["types"][t].get("fields", []):
            if f.get("const") and f["name"] in v and v[f["name"]] != f["const"]:
                return False
        return True

    def limit(self, lim, v, path, err):
        lo, hi, unit = lim.get("min", 0), lim["max"], lim["unit"]
        if unit == "bytes" and isinstance(v, str):
            n = len(v.encode())
        elif unit == "characters" and isinstance(v, str):
            n = len(v)
            if n <= hi < utf16(v):
                self.warn(f"{path}: {utf16(v)} UTF-16 code units, limit {hi} characters")
        elif unit == "items":
            try:
                v = json.loads(v) if isinstance(v, str) else v
            except ValueError:
                return
            n = len(v)
        elif unit == "value":
            try:
                n = int(v)
            except (TypeError, ValueError):
                return
        else:
            return
        if not lo <= n <= hi:
            err(f"{path}: {n} {unit}, allowed {lo}-{hi}" + (" (BUTTON_DATA_INVALID)" if path.endswith(".callback_data") else ""))

    # -- one call
    def call(self, method, params, files=(), at=None, response=None):
        name = self.methods.get(str(method).lower())
        if name is None:
            return self.err(f"unknown method {method!r} (the server answers 404 Not Found: method not found)")
        if name != method:
            self.warn(f"method spelled {method!r}, documented as {name!r}")
        m = self.s["methods"][name]
        fields = {f["name"]: f for f in m["fields"]}
        params = {k: v for k, v in (params or {}).items() if v is not None}
        attached = {k for k in params if k not in fields and (k in files or params[k] == "<file>" or f"attach://{k}" in json.dumps(params))}
        parsed = {}
        for k, v in params.items():
            if k in attached:
                continue
            if k not in fields:
                self.err(f"unknown parameter {k!r} (the server ignores it)")
                continue
            before = len(self.found)
            parsed[k] = self.value(fields[k]["types"], v, k, True)
            if len(self.found) == before and fields[k].get("limit") and not fields[k]["limit"].get("after_entities"):
                self.limit(fields[k]["limit"], v, k, self.err)
        for k, f in fields.items():
            if f["required"] and k not in params and k not in files:
                self.err(f"missing required parameter {k!r}")
        self.texts(name, fields, params, parsed)
        self.rules(name, params, parsed)
        self.rates(name, params, at)
        if response is not None:
            self.response(name, response)

    def texts(self, name, fields, params, parsed):
        for k, pm, ents in (("text", "parse_mode", "entities"), ("caption", "parse_mode", "caption_entities"),
                            ("question", "question_parse_mode", "question_entities"),
                            ("explanation", "explanation_parse_mode", "explanation_entities")):
            if k not in params or not isinstance(params[k], str) or k not in fields:
                continue
            text, mode = params[k], params.get(pm)
            if mode and str(mode).lower() not in ("html", "markdown", "markdownv2"):
                self.err(f"{pm}: unsupported value {mode!r}")
                continue
            if mode and str(mode).lower() == "markdown":
                self.warn("parse_mode Markdown is the legacy mode")
            if mode and params.get(ents):
                self.warn(f"both {pm} and {ents}: the server then ignores {ents}")
            if len(text.encode()) > 32768:
                self.err(f"{k}: over 32768 bytes before parsing (text is too long)")
            try:
                seen = visible(text, mode)
            except ParseError as x:
                self.err(f"{k}: {x}")
                continue
            lim = fields[k].get("limit", {})
            hi = lim.get("max", 4096)
            if k == "text" and name in ("sendMessage", "editMessageText") and not seen.strip():
                self.err("text: message text is empty")
            if len(seen) > hi:
                self.err(f"{k}: {len(seen)} characters after entities parsing, allowed {hi}")
            elif utf16(seen) > hi:
                self.warn(f"{k}: {utf16(seen)} UTF-16 code units, {len(seen)} characters; limit {hi}")
            for i, en in enumerate(parsed.get(ents) or []):
                if not isinstance(en, dict):
                    continue
                if en.get("type") not in ENTITY_TYPES:
                    self.err(f"{ents}[{i}]: unknown entity type {en.get('type')!r}")
                if isinstance(en.get("offset"), int) and isinstance(en.get("length"), int):
                    if en["offset"] < 0 or en["length"] <= 0 or en["offset"] + en["length"] > utf16(text):
                        self.err(f"{ents}[{i}]: offset {en['offset']} length {en['length']} outside the text of {utf16(text)} UTF-16 units")
            self.links(seen + " " + text)

    def links(self, s):
        for u in re.findall(r"(?:https?://)?(?:t\.me|telegram\.me|telegram\.dog)/[^\s\"'<>)]+|tg://resolve\?[^\s\"'<>)]+", s):
            self.link(html.unescape(u))

    def link(self, u):
        p = urlsplit(u if "//" in u else "https://" + u)
        q = parse_qs(p.query, keep_blank_values=True)
        for k in ("start", "startgroup", "startapp"):
            for v in q.get(k, []):
                hi = 512 if k == "startapp" else 64
                if not re.fullmatch(r"[A-Za-z0-9_-]{1,%d}" % hi, v):
                    self.err(f"deep link {u!r}: {k} parameter is not [A-Za-z0-9_-]{{1,{hi}}}")
                who = (p.path.strip("/") or "").lower() if p.scheme != "tg" else q.get("domain", [""])[0].lower()
                if self.bot and who and who != self.bot:
                    self.warn(f"deep link {u!r} opens @{who}, not @{self.bot}")

    def keyboard(self, mk, name):
        kinds = [k for k in ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply") if k in mk]
        if len(kinds) > 1:
            self.err(f"reply_markup: {' and '.join(kinds)} together")
        if name.startswith("editMessage") and kinds and kinds != ["inline_keyboard"]:
            self.err("reply_markup: only an inline keyboard can be edited in")
        rows = mk.get("inline_keyboard")
        if isinstance(rows, list):
            total = 0
            for r, row in enumerate(rows):
                if not isinstance(row, list):
                    self.err("reply_markup.inline_keyboard must be an Array of Arrays")
                    continue
                if len(row) > 8:
                    self.warn(f"reply_markup row {r}: {len(row)} buttons (8 is the usual maximum)")
                for b in row:
                    total += 1
                    if not isinstance(b, dict):
                        self.err("reply_markup: InlineKeyboardButton must be an Object")
                        continue
                    used = [k for k in BUTTON_ACTIONS if b.get(k) not in (None, False)]
                    if not used:
                        self.err(f"button {b.get('text')!r}: text buttons are unallowed in the inline keyboard")
                    if len(used) > 1:
                        self.err(f"button {b.get('text')!r}: {' and '.join(used)} together; exactly one is allowed")
                    if not str(b.get("text") or "").strip():
                        self.err("button without a label")
                    u = b.get("url")
                    if u:
                        if not re.match(r"(https?|tg|tonsite)://", u) and not re.match(r"[\w.-]+\.[a-z]{2,}", u, re.I):
                            self.err(f"button {b.get('text')!r}: url {u!r} is not an http(s) or tg link")
                        self.link(u)
                    w = b.get("web_app")
                    if isinstance(w, dict) and not str(w.get("url", "")).startswith("https://"):
                        self.err("web_app url must be https")
            if total > 100:
                self.err(f"reply_markup: {total} inline buttons, at most 100")
        if isinstance(mk.get("keyboard"), list):
            for row in mk["keyboard"]:
                for b in row if isinstance(row, list) else []:
                    if not str(b.get("text", "") if isinstance(b, dict) else b).strip():
                        self.err("reply keyboard button without text")

    def rules(self, name, params, parsed):
        mk = params.get("reply_markup")
        if isinstance(mk, str):
            try:
                mk = json.loads(mk)
            except ValueError:
                mk = None
        if isinstance(mk, dict):
            self.keyboard(mk, name)
        if name == "sendChatAction" and params.get("action") not in CHAT_ACTIONS:
            self.err(f"action {params.get('action')!r} is unknown (Wrong parameter action in request)")
        if name == "setMyCommands":
            seen = set()
            for c in parsed.get("commands") or []:
                if not isinstance(c, dict):
                    continue
                n = c.get("command", "")
                if not re.fullmatch(r"[a-z0-9_]{1,32}", n):
                    self.err(f"command {n!r}: must be 1-32 of a-z 0-9 _ (BOT_COMMAND_INVALID)")
                if n in seen:
                    self.warn(f"command {n!r} twice")
                seen.add(n)
        if name == "setMessageReaction":
            rs = parsed.get("reaction") or []
            if len(rs) > 1:
                self.err("a bot can set one reaction per message")
            for r in rs:
                if isinstance(r, dict) and r.get("type") == "emoji" and r.get("emoji", "").replace("\ufe0f", "") not in {x.replace("\ufe0f", "") for x in REACTIONS}:
                    self.err(f"reaction {r.get('emoji')!r} is not one a bot may set (REACTION_INVALID)")
                if isinstance(r, dict) and r.get("type") == "paid":
                    self.err("paid reactions can't be used by bots")
        if name in ("getUpdates", "setWebhook"):
            for t in parsed.get("allowed_updates") or []:
                if t not in self.update_types:
                    self.err(f"allowed_updates: {t!r} is no update type (silently ignored)")
        if name == "getUpdates" and str(params.get("timeout", "0")).isdigit() and int(params.get("timeout", 0)) > 50:
            self.warn("timeout over 50 s is cut to 50 s by the server")
        if name == "setWebhook":
            u = urlsplit(params.get("url", ""))
            if params.get("url") and (u.scheme != "https" or (u.port or 443) not in (443, 80, 88, 8443)):
                self.warn(f"url {params['url']!r}: Telegram's cloud takes only https on 443, 80, 88, 8443")
            st = params.get("secret_token")
            if st is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", st):
                self.err("secret_token must be 1-256 of A-Z a-z 0-9 _ -")
            if params.get("url") and not st:
                self.warn("webhook without secret_token")
        if name in ("editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia"):
            if not params.get("inline_message_id") and not (params.get("chat_id") and params.get("message_id")):
                self.err("needs chat_id and message_id, or inline_message_id")
        for k in ("chat_id", "from_chat_id"):
            v = params.get(k)
            if isinstance(v, str) and not re.fullmatch(r"-?\d+|@[A-Za-z][A-Za-z0-9_]{3,}", v):
                self.err(f"{k}: {v!r} is neither an integer nor @username (chat not found)")
            elif str(v) == "0":
                self.err(f"{k}: 0")
        v = params.get("message_id")
        if v is not None and str(v).lstrip("-").isdigit() and int(v) <= 0:
            self.err("message_id must be positive")
        if name == "answerCallbackQuery":
            q = str(params.get("callback_query_id"))
            if q in self.open_queries:
                if self.open_queries[q] is True:
                    self.err(f"callback query {q} answered twice")
                self.open_queries[q] = True

    def rates(self, name, params, at):
        if at is None or not (name.startswith(("send", "copyMessage", "forwardMessage")) and name != "sendChatAction"):
            return
        at = float(at)
        for q, n, span, what in ((self.per_chat[str(params.get("chat_id"))], 5, 3.0, f"chat {params.get('chat_id')}"),
                                 (self.all, 30, 1.0, "all chats")):
            q.append(at)
            while q and q[0] <= at - span:
                q.popleft()
            if len(q) > n:
                self.warn(f"rate: {len(q)} messages within {span:g} s to {what} (documented: about 1/s per chat, 30/s overall)")

    def response(self, name, r):
        if not isinstance(r, dict) or not isinstance(r.get("ok"), bool):
            return self.err("response: no boolean 'ok'")
        if r["ok"]:
            if "result" not in r:
                return self.err("response: ok without result")
            self.value(self.s["methods"][name]["returns"], r["result"], "result", False)
        else:
            if not isinstance(r.get("error_code"), int) or not isinstance(r.get("description"), str):
                self.err("response: error without integer error_code and string description")
            if r.get("error_code") == 429 and not isinstance((r.get("parameters") or {}).get("retry_after"), int):
                self.err("response: 429 without parameters.retry_after")

    def update(self, u):
        self.value(["Update"], u, "update", False)
        if isinstance(u, dict):
            kinds = [k for k in u if k != "update_id"]
            if len(kinds) != 1:
                self.err(f"update: {len(kinds)} payloads {kinds}, exactly one is expected")
            if isinstance(u.get("callback_query"), dict):
                self.open_queries.setdefault(str(u["callback_query"].get("id")), False)

    def finish(self):
        self.where = "end"
        for q, done in self.open_queries.items():
            if not done:
                self.warn(f"callback query {q} was never answered (the button keeps its spinner)")


def short(v):
    s = json.dumps(v, ensure_ascii=False) if not isinstance(v, str) else repr(v)
    return s if len(s) < 80 else s[:77] + "..."


def load_spec(path=None):
    with open(path or os.path.join(HERE, "bot-api-10.0.json"), encoding="utf-8") as f:
        return json.load(f)


def check_lines(lines, spec, source="-", bot_username=None, checker=None):
    c = checker or Checker(spec, bot_username)
    n = 0
    for i, line in enumerate(lines, 1):
        if not line.strip():
            continue
        c.where = f"{source}:{i}"
        rec = json.loads(line)
        if "update" in rec:
            c.update(rec["update"])
        if "method" in rec:
            n += 1
            c.where += " " + str(rec["method"])
            c.call(rec["method"], rec.get("params"), rec.get("files") or (), rec.get("at"), rec.get("response"))
    return c, n


def self_test(spec):
    kb = lambda *b: {"inline_keyboard": [list(b)]}
    msg = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "hi"}
    cases = [  # (record, part of an expected message or None for clean)
        ({"method": "sendMessage", "params": {"chat_id": "1", "text": "hi"}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "<b>hi</b> &amp; <tg-spoiler>x</tg-spoiler>", "parse_mode": "HTML"}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x" * 4097}}, "allowed 4096"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "<b></b>", "parse_mode": "HTML"}}, "message text is empty"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"}}, "end tag"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "I <3 you", "parse_mode": "HTML"}}, "can't parse"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "a.b", "parse_mode": "MarkdownV2"}}, "reserved"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "*a* _b_ ||c|| `d.e` \\. [l](http://e.org/a-b)", "parse_mode": "MarkdownV2"}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1}}, "missing required parameter 'text'"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "colour": "red"}}, "unknown parameter"),
        ({"method": "sendMesage", "params": {}}, "unknown method"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "protect_content": "maybe"}}, "expected Boolean"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "protect_content": True}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": json.dumps(kb({"text": "A", "callback_data": "a" * 64}))}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": kb({"text": "A", "callback_data": "ä" * 33})}}, "BUTTON_DATA_INVALID"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": kb({"text": "A", "callback_data": "a", "url": "https://e.org"})}}, "exactly one"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": kb({"text": "A"})}}, "unallowed"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": kb({"text": "A", "url": "https://t.me/coach_bot?start=a%20b"})}}, "start parameter"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "https://t.me/coach_bot?start=" + "a" * 65}}, "start parameter"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": {"force_reply": True, "input_field_placeholder": "p" * 65}}}, "allowed 1-64"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "😊 x", "entities": [{"type": "bold", "offset": 3, "length": 1}]}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "😊 x", "entities": [{"type": "bold", "offset": 4, "length": 1}]}}, "outside the text"),
        ({"method": "sendVoice", "params": {"chat_id": 1, "voice": "attach://v", "caption": "c" * 1025}, "files": ["v"]}, "allowed 1024"),
        ({"method": "sendVoice", "params": {"chat_id": 1, "caption": "c"}, "files": ["voice"]}, None),
        ({"method": "setMyCommands", "params": {"commands": json.dumps([{"command": "Start", "description": "x"}])}}, "BOT_COMMAND_INVALID"),
        ({"method": "setMyCommands", "params": {"commands": [{"command": "start", "description": ""}]}}, "allowed 1-256"),
        ({"method": "setMyCommands", "params": {"commands": [{"command": "start", "description": "d"}]}}, None),
        ({"method": "setMyDescription", "params": {"description": "d" * 513}}, "allowed 0-512"),
        ({"method": "answerCallbackQuery", "params": {"callback_query_id": "1", "text": "t" * 201}}, "allowed 0-200"),
        ({"method": "sendChatAction", "params": {"chat_id": 1, "action": "thinking"}}, "action"),
        ({"method": "setMessageReaction", "params": {"chat_id": 1, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "❤"}]}}, None),
        ({"method": "setMessageReaction", "params": {"chat_id": 1, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🧡"}]}}, "REACTION_INVALID"),
        ({"method": "getUpdates", "params": {"allowed_updates": ["message", "mesage"]}}, "no update type"),
        ({"method": "setWebhook", "params": {"url": "https://e.org/x", "secret_token": "a b"}}, "secret_token"),
        ({"method": "deleteMessages", "params": {"chat_id": 1, "message_ids": list(range(1, 102))}}, "allowed 1-100"),
        ({"method": "editMessageText", "params": {"text": "x"}}, "needs chat_id"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x"}, "response": {"ok": True, "result": msg}}, None),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x"}, "response": {"ok": True, "result": dict(msg, date="x")}}, "result.date"),
        ({"method": "sendMessage", "params": {"chat_id": 1, "text": "x"}, "response": {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 3"}}, "retry_after"),
        ({"update": {"update_id": 1, "message": msg}}, None),
        ({"update": {"update_id": 1, "message": msg, "callback_query": {}}}, "exactly one"),
    ]
    bad = 0
    for rec, want in cases:
        c, _ = check_lines([json.dumps(rec)], spec)
        errs = [f["message"] for f in c.found if f["level"] == "error"]
        ok = (not errs) if want is None else any(want in e for e in errs)
        if not ok:
            bad += 1
            print("FAILED", json.dumps(rec, ensure_ascii=False)[:160], "wanted", want, "got", errs)
    print(f"{len(cases) - bad} of {len(cases)} self-tests hold ({spec['version']})")
    return 1 if bad else 0


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("files", nargs="*", help="JSONL files; - is stdin")
    ap.add_argument("--spec", help="another reduced specification")
    ap.add_argument("--bot-username")
    ap.add_argument("--json", action="store_true", help="findings as JSONL")
    ap.add_argument("--strict", action="store_true", help="warnings fail too")
    ap.add_argument("--self-test", action="store_true")
    a = ap.parse_args()
    spec = load_spec(a.spec)
    if a.self_test:
        return self_test(spec)
    if not a.files:
        ap.error("no input")
    c, n = Checker(spec, a.bot_username), 0
    for p in a.files:
        try:
            f = sys.stdin if p == "-" else open(p, encoding="utf-8")
            with f:
                n += check_lines(f, spec, os.path.basename(p), checker=c)[1]
        except (OSError, ValueError) as x:
            print(f"{p}: {x}", file=sys.stderr)
            return 2
    c.finish()
    e = sum(x["level"] == "error" for x in c.found)
    for x in c.found:
        print(json.dumps(x, ensure_ascii=False) if a.json else f"{x['where']}: {x['level']}: {x['message']}")
    print(f"{n} calls checked against {spec['version']}: {e} errors, {len(c.found) - e} warnings", file=sys.stderr)
    return 1 if e or (a.strict and c.found) else 0


if __name__ == "__main__":
    sys.exit(main())
