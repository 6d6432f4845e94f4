"""The registry of enterprises: the example's, and the empty one for new users."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlsxwriter

from example.book import STYLES, set_properties
from example.data import Row

HEADERS = {
    "代码": (8, "企业代码，可留空；有的须唯一。"),
    "企业名称": (30, "必填。企业全称，与营业执照一致，不能重复。"),
    "简称": (14, "日常简称，多个用顿号分开。填报中出现简称时据此认定企业。"),
    "曾用名": (24, "更名前的名称，多个用顿号分开。"),
    "上级单位": (28, "上一级单位的全称，须也在本表。"),
    "层级": (13, "集团、板块/子公司、厂矿。"),
    "实体": (8, "是/否。否：仅管理、不运营，不须报送。留空视同须报送。"),
    "生产": (8, "是/否。是否为生产企业。"),
    "被督察": (9, "是/否。督察组是否下沉到该企业。"),
    "下沉督察日期": (15, "督察组到该企业的日期，如 2020年9月7日。"),
    "排序": (8, "简报和附表中的先后次序，从1起。"),
    "邮箱": (26, "催报、退回所用邮箱，多个用顿号分开。"),
    "督查组": (12, "负责督办该企业的内部督查组。"),
    "核查组": (12, "负责现场核查该企业的组。"),
    "联系人": (10, "填报联系人姓名。"),
    "并入单位": (22, "企业已并入其他单位时，填并入单位的全称。"),
    "生效日期": (14, "并入或更名从哪一天起生效。"),
}


def write_registry(path: Path, enterprises: list[Row], day: date) -> None:
    """Write the registry; one without enterprises explains each of its columns in a comment."""
    with xlsxwriter.Workbook(path) as book:
        set_properties(book, day)
        looks = {name: book.add_format(STYLES[name]) for name in ("head", "text", "centre", "date")}
        sheet = book.add_worksheet("企业名录")
        sheet.set_row(0, 24)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, (label, (width, purpose)) in enumerate(HEADERS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, label, looks["head"])
            if not enterprises:
                options = {"author": "", "x_scale": 1.6, "y_scale": 0.7, "font_size": 9}
                sheet.write_comment(0, place, purpose, options)
        for number, row in enumerate(enterprises, start=1):
            for place, label in enumerate(HEADERS):
                text = row[label]
                if label.endswith("日期") and text:
                    sheet.write_datetime(number, place, date.fromisoformat(text), looks["date"])
                elif label == "排序":
                    sheet.write_number(number, place, int(text), looks["centre"])
                elif HEADERS[label][0] > 20:
                    sheet.write_string(number, place, text, looks["text"])
                else:
                    sheet.write_string(number, place, text, looks["centre"])
