"""What a mail says in its own words: a nil return, or a link instead of a file. Runs in the child.

Nothing is believed that is said in a question, with a condition or an exception, in quoted parts,
or by a mail that tells of items elsewhere: what is left is proposed to a person, never taken as it
is. Links are told of by the service they lead to, and never followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.text import seen

_LONGEST: Final = 1 << 16  # characters of a body that are looked at
_SENTENCE: Final = 80  # characters of a sentence that may be a claim
_LOOKED_AT: Final = 400  # characters of any other
_FULL_LINE: Final = 60  # bytes in GBK from which a line was broken by the mail program

_QUOTES: Final = re.compile(
    r"^\W{0,40}(原始邮件|原邮件|转发邮件|转发的(原)?邮件|回复的(原)?邮件|originalmessage|"
    r"forwardedmessage|beginforwardedmessage)|^(发件人|寄件者|from):|(写道|wrote):$",
    re.IGNORECASE,
)
"""A line from which on others speak; white space is gone."""

_FORWARDED: Final = re.compile(r"^(re|fw|fwd|回复|答复|转发|转)\s*[:：]", re.IGNORECASE)

_CLAIMS: Final = tuple(
    (filing, re.compile(said, re.IGNORECASE))
    for filing, said in (
        ("nil", r"零上?报告|零上报|(?<!\d)0报告|nilre(port|turn)|nothingtoreport"),
        ("nil", r"(无|没有)(任何)?(需要?|可)?上报的?(问题|事项|内容)"),
        ("unchanged", r"(无|没有|未(发生|有)?)(任何|新的)?(变化|变动)|(保持|维持)不变|nochanges?"),
        (
            "unchanged",
            r"(与|同)[上前]一?[周期月次](保持)?(一致|相同|一样)|(无|没有|未(发现|产生)?)新增",
        ),
        (
            "nil",
            r"(?=.*(本[周期月旬次]|自查|我(公司|单位|厂|矿|司)|本(公司|单位|厂|矿)))"
            r".*(无|没有|未(发现|查出)?)(任何|新的|环保|环境|生态|存在)*问题",
        ),
    )
)
"""What a sentence claims, and how it is said; white space is gone."""

_DOUBTS: Final = re.compile(
    r"[?？]|吗|呢$|是否|能否|可否|不是|并非|非零|不能|不得|不要|不报|不用|不可|不再|无法|勿|"
    r"如果|如有|如无|如需|如果|若|倘|假如|否则|应当|应该|应予|应报|本应|必须|务必|须|要求|通知|"
    r"(?<!无)(?<!没有)需要|请(各|贵|你|您|及时|填|报|按|予)|可能|大概|估计|似乎|好像|基本|尚未|"
    r"待(定|核|确认|查)|但|除|以外|之外|其他|其它|有(所)?变|有新|谁|哪|变化的|的(请|应|可)?报"
)
_DOUBTS_IN_ENGLISH: Final = re.compile(
    r"\b(if|please|should|must|except|but|not|whether)\b", re.IGNORECASE
)
"""Words by which a sentence asks, asks for, doubts or excepts."""

_CONTRARY: Final = re.compile(
    r"新增[^\d无没零]{0,4}[1-9一二两三四五六七八九十]|"
    r"(完成|整改|销号)[^\d]{0,6}[1-9]\d*[项个条]|[1-9]\d*[项个条](已|完成|新增)"
)
"""A sentence that tells of items."""

_SERVICES: Final = (
    ("百度网盘", r"(pan|yun)\.baidu\.com"),
    ("腾讯文档", r"docs\.qq\.com"),
    ("金山文档", r"kdocs\.cn|f\.wps\.cn"),
    ("QQ邮箱超大附件", r"mail\.qq\.com/(cgi-bin/ftn|ftn)|ftn\.(mail\.)?qq\.com"),
    ("网易云附件", r"mail\.(163|126|yeah)\.(com|net)/large|u\.163\.com"),
    ("微云", r"share\.weiyun\.com"),
    ("阿里云盘", r"(aliyundrive|alipan)\.com/s"),
    ("夸克网盘", r"pan\.quark\.cn"),
    ("天翼云盘", r"cloud\.189\.cn"),
    ("和彩云", r"caiyun\.(139|feixin\.10086)\.c"),
    ("飞书文档", r"feishu\.cn/(sheets|file|docx?|base|wiki|drive)"),
    ("钉钉文档", r"alidocs\.dingtalk\.com"),
    ("石墨文档", r"shimo\.im"),
    ("文叔叔", r"wenshushu\.cn|wss1?\.cn"),
    ("OneDrive", r"1drv\.ms|onedrive\.live\.com"),
    ("Google Drive", r"(drive|docs)\.google\.com"),
    ("Dropbox", r"dropbox\.com"),
)
"""Where files lie that are only linked to, by a part of the address."""

_WORDS: Final = ("超大附件", "云附件", "网盘", "云盘")


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail says. ``place`` is where it stands in the file, "" for the file's own mail.

    ``filing`` is "nil" or "unchanged" where ``sentence`` claims that, else both are ""; ``links``
    are the services that it leads to.
    """

    place: str
    sender: str
    sent_at: str
    filing: str
    sentence: str
    links: tuple[str, ...]


def heard(subject: str, plain: str, page: str) -> tuple[str, str, tuple[str, ...]]:
    """Return filing, sentence and links of a mail by its subject and its body.

    ``plain`` and ``page`` are the body as text and as HTML, as far as it has them.
    """
    told, addresses = _of_page(page[:_LONGEST]) if page else ("", "")
    own = own_words(plain[:_LONGEST]) or own_words(told)
    sentences = _sentences(own)
    if subject and not _FORWARDED.match(subject):
        sentences.insert(0, subject)
    return *_claim(sentences), _links(f"{own}\n{addresses}", sentences)


def own_words(text: str) -> str:
    """Return what the sender wrote, without the mails that are quoted below or between.

    >>> own_words("零报告。\\n> 请报送\\n---- 原始邮件 ----\\n无变化")
    '零报告。'
    """
    lines: list[str] = []
    for line in text.splitlines():
        if _QUOTES.search(seen(line)):
            break
        if not line.lstrip().startswith((">", "＞")):
            lines.append(line)
    return "\n".join(lines).strip()


def _sentences(text: str) -> list[str]:
    """Split a text into sentences; what a mail program broke into lines is one."""
    joined = ""
    for line in text.splitlines():
        broken = len(line.encode("gbk", "replace")) >= _FULL_LINE
        joined += line.strip() + ("" if broken else "\n")
    return [s for part in re.split(r"(?<=[。！!?？；;\n])", joined) if (s := part.strip())]


def _claim(sentences: list[str]) -> tuple[str, str]:
    """Return what the sentences claim and the one that does; nothing where one of them doubts."""
    found: list[tuple[str, str]] = []
    for sentence in sentences:
        bare = seen(sentence[:_LOOKED_AT])
        filing = next((name for name, said in _CLAIMS if said.search(bare)), "")
        if not filing:
            if _CONTRARY.search(bare):
                return "", ""
            continue
        if len(bare) > _SENTENCE or _doubtful(sentence):
            return "", ""
        found.append((filing, sentence))
    return found[0] if found else ("", "")


def _doubtful(sentence: str) -> bool:
    head = sentence[:_LOOKED_AT]
    return bool(_DOUBTS.search(seen(head)) or _DOUBTS_IN_ENGLISH.search(head))


def _links(text: str, sentences: list[str]) -> tuple[str, ...]:
    bare = seen(text)
    links = [name for name, address in _SERVICES if re.search(address, bare, re.IGNORECASE)]
    if not links:
        plain = [seen(s[:_LOOKED_AT]) for s in sentences if not _doubtful(s)]
        links = [next((w for w in _WORDS if any(w in s for s in plain)), "")]
    return tuple(link for link in links if link)


# ---------------------------------------------------------------- HTML

_NOT_SHOWN: Final = frozenset({"script", "style", "head", "title", "blockquote"})
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "table", "hr", "h1", "h2", "h3", "h4"})
_OTHERS: Final = re.compile(
    r"gmail_quote|divRplyFwdMsg|isReplyContent|yahoo_quoted|mailmaster-quote"
)
"""Names by which mail programs mark what is quoted from here on."""


def _of_page(page: str) -> tuple[str, str]:
    """Return the text that a page shows, and the addresses it leads to, without what is quoted."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    data = page.replace("\x00", "").encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError):
        return "", ""
    texts: list[str] = []
    addresses: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        unseen = tag in _NOT_SHOWN
        if event == "start":
            if _OTHERS.search(f"{element.get('id', '')} {element.get('class', '')}"):
                break
            hidden += unseen
            if not hidden:
                texts += ["\n" if tag in _BREAKS else "", element.text or ""]
                addresses.append(element.get("href", "") if tag == "a" else "")
            continue
        hidden -= unseen
        if not hidden:
            texts += ["\n" if tag in _BREAKS else "", element.tail or ""]
    return "".join(texts), "\n".join(a for a in addresses if a)
