"""Fill a template in, once; a template that can't be filled in is the operator's to mend."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import XmlPart
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from pipeline.errors import ConfigurationError
from pipeline.write.briefing.figures import Element, W

_REMEDY = (
    "请在 Word 中改正该处，或删去工作目录中的 input_templates/briefing.docx，改用自带模板；"
    "可用标签见自带模板"
)
_FULL_WIDTH = re.compile(r"｛[{｛%％]|\{[｛％]|[%％｝}]｝|[％｝]\}")
_TAG = re.compile(r"\{[{%].*?[%}]\}")


def fill_in(template: Path, context: dict[str, Any]) -> bytes:
    """Return the template filled in with plain values (dicts, lists, strings, truth values).

    Tags run in Jinja's sandbox, values are escaped, an unknown tag is refused. Raises
    ``ConfigurationError`` with the place and the remedy.
    """
    word = _opened(template)
    _check_braces(template, word.docx)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        word.render(context, environment, autoescape=True)
    except UndefinedError as error:
        raise _unknown(template, error) from error
    except TemplateError as error:
        raise _unreadable(template, error) from error
    except Exception as error:  # what a tag does with values can fail in any way
        raise ConfigurationError(f"填写简报模板 {template} 时出错：{error}", _REMEDY) from error
    filled = io.BytesIO()
    word.save(filled)
    return filled.getvalue()


def paragraphs(document: WordDocument) -> Iterator[str]:
    """Yield each paragraph's text; content controls, text boxes, header and footer are included."""
    for root in roots(document):
        for paragraph in root.iter(f"{W}p"):
            yield "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


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
    return word


def _not_word(template: Path, fault: str) -> ConfigurationError:
    remedy = "请在 Word 中打开后另存为 .docx（Word 文档），或改用自带模板"
    return ConfigurationError(f"简报模板 {template} 打不开：{fault}", remedy)


def _check_braces(template: Path, document: WordDocument) -> None:
    """Refuse full-width braces: an input method types them, and they would be printed as text."""
    for text in paragraphs(document):
        found = _FULL_WIDTH.search(text)
        if found:
            raise ConfigurationError(
                f"简报模板 {template} 的标签用了全角括号：“{_around(text, found.start())}”",
                "请改为半角：{{ }} 和 {% %}",
            )


def _unknown(template: Path, error: UndefinedError) -> ConfigurationError:
    """Name the tag: Jinja knows it, but not where it stands."""
    names = re.findall(r"'([^']+)'", str(error.message))
    name = names[-1] if names else str(error.message)
    places = [
        tag
        for text in paragraphs(DocxTemplate(template).get_docx())
        for tag in _TAG.findall(text)
        if re.search(rf"\b{re.escape(name)}\b", tag)
    ]
    where = f"，见“{'”“'.join(dict.fromkeys(places))}”" if places else ""
    return ConfigurationError(f"简报模板 {template} 里有不认识的标签：{name}{where}", _REMEDY)


def _unreadable(template: Path, error: TemplateError) -> ConfigurationError:
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    context = " / ".join(line for line in lines if line)
    where = f"，在“{context}”附近" if context else ""
    return ConfigurationError(
        f"简报模板 {template} 的标签写法有误{where}（{error.message}）", _REMEDY
    )


def _around(text: str, position: int) -> str:
    return text[max(0, position - 10) : position + 30]
