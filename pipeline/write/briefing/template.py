"""Fill a template in, once; a template that can't be filled in is the operator's to mend."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import XmlPart
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from pipeline.errors import ConfigurationError
from pipeline.write.briefing.check import REMEDY, check
from pipeline.write.briefing.figures import Element, W

LISTING = "template_tags"
"""Bookmark around the page that lists the tags."""


def fill_in(template: Path, context: dict[str, Any]) -> bytes:
    """Return the template filled in with plain values (dicts, lists, strings, truth values).

    Tags are checked, run in Jinja's sandbox, and values are escaped. Raises ``ConfigurationError``
    with the place and the remedy.
    """
    word = _opened(template)
    check(template, roots(word.docx))
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    try:
        word.render(context, environment, autoescape=True)
    except TemplateError as error:
        raise _unreadable(template, error) from error
    except Exception as error:  # what a tag does with values can fail in any way
        raise ConfigurationError(f"填写简报模板 {template} 时出错：{error}", REMEDY) from error
    filled = io.BytesIO()
    word.save(filled)
    return filled.getvalue()


def _unlisted(document: WordDocument) -> None:
    """Take away the page that lists the tags, if the template has one."""
    body = document.element.body
    for start in [m for m in body.iter(f"{W}bookmarkStart") if m.get(f"{W}name") == LISTING]:
        ends = (m for m in body.iter(f"{W}bookmarkEnd") if m.get(f"{W}id") == start.get(f"{W}id"))
        end = next(ends, start)
        blocks = [b for b in body if b.tag != f"{W}sectPr"]
        first, last = (
            next(n for n, block in enumerate(blocks) if mark in (block, *block.iterdescendants()))
            for mark in (start, end)
        )
        for block in blocks[first : last + 1]:
            body.remove(block)


def roots(document: WordDocument) -> list[Element]:
    """Return the XML of the document and its headers and footers, the document first."""
    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    others = [p.element for p in parts if p.element.tag in (f"{W}hdr", f"{W}ftr")]
    return [document.element, *others]


def opened(template: Path) -> WordDocument:
    """Return the template as it stands, its tags not filled in; ConfigurationError if none."""
    return _opened(template).docx  # type: ignore[no-any-return]


def _opened(template: Path) -> Any:
    try:
        word = DocxTemplate(template)
        word.init_docx()
    except (PackageNotFoundError, FileNotFoundError) as error:
        if template.exists():
            raise _not_word(template, "文件不是 .docx 格式") from error
        raise ConfigurationError(f"没有这个简报模板：{template}", "请检查路径") from error
    except OSError as error:
        raise ConfigurationError(
            f"读不了简报模板 {template}：{error.strerror}", "请检查权限，并在 Word 中关闭该文件"
        ) from error
    except (zipfile.BadZipFile, ValueError, KeyError, AttributeError, etree.LxmlError) as error:
        raise _not_word(template, "文件损坏，或不是 .docx 文档") from error
    _unlisted(word.docx)
    return word


def _not_word(template: Path, fault: str) -> ConfigurationError:
    remedy = "请在 Word 中打开后另存为 .docx（Word 文档），或改用自带模板"
    return ConfigurationError(f"简报模板 {template} 打不开：{fault}", remedy)


def _unreadable(template: Path, error: TemplateError) -> ConfigurationError:
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    context = " / ".join(line for line in lines if line)
    where = f"，在“{context}”附近" if context else ""
    return ConfigurationError(
        f"简报模板 {template} 的标签写法有误{where}（{error.message}）", REMEDY
    )
