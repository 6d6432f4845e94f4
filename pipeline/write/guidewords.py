"""The texts of a blank ledger in both languages: instructions, prompts, the self-check's line."""

from __future__ import annotations

from typing import Final

TEXT: Final[dict[str, tuple[str, str]]] = {
    "guide": ("填报说明", "Instructions"),
    "guide_title": ("{ledger}填报说明", "{ledger}: how to fill it in"),
    "title": ("{ledger}（{enterprise}）", "{ledger} ({enterprise})"),
    "unit": ("填报单位", "From"),
    "as_of": ("统计截止日期", "As of"),
    "any": ("（请在台账第2行选择本单位）", "(choose yours in row 2 of the ledger)"),
    "hint": (
        "表头深蓝的必填、中蓝的应填、浅蓝的选填；点单元格可看填写提示。日期写成 2020-10-09。"
        "可插行、排序、粘贴，表头文字请勿改动。",
        "Headers: dark blue required, middle blue expected, pale as needed; choose a cell to see "
        "what it is for. Dates as 2020-10-09. Insert, sort and paste freely, but keep the "
        "headers' words.",
    ),
    "last_heading": (
        "上期还有 {n} 处问题，请先改这些（台账中已涂黄，改了就不再涂）",
        "{n} faults of last time still stand: please begin with these (yellow until changed)",
    ),
    "last_place": ("栏目", "Column"),
    "last_what": ("哪里不对", "What is wrong"),
    "last_row": ("所在行", "Row"),
    "last_value": ("上期填的", "Last time"),
    "last_remedy": ("怎么改", "What to do"),
    "last_at": ("第 {n} 行", "Row {n}"),
    "last_hint": (
        "上期有 {n} 处问题还没改：见“填报说明”表上方，要改的格子涂了黄色。",
        "{n} faults of last time still stand: see the instructions; their cells are yellow.",
    ),
    "accepted": ("已认定事项", "Accepted"),
    "accepted_title": ("已认定事项（共 {n} 项）", "Accepted items ({n})"),
    "accepted_note": (
        "本表供核对，已锁定以防误改，不必填写，收回时不读入。认定有误或情况有变的，"
        "请在填报的那张表中另起一行照实写明。",
        "For reference: locked against slips, not to be filled in, and not read when it comes "
        "back. Where it is wrong or things have changed, tell it in a row of the ledger's sheet.",
    ),
    "accepted_state": ("认定情况", "Accepted"),
    "accepted_period": ("最近上报", "Last told"),
    "accepted_new": ("上期新认定", "Last period"),
    "accepted_before": ("此前已认定", "Earlier"),
    "check_column": ("自检（自动）", "Self-check (automatic)"),
    "check_helper": ("自检辅助{n}", "Self-check helper {n}"),
    "check_prompt": (
        "自动得出，不必填写：本行哪里要改，会写在这里，要改的格子会涂色。",
        "Works by itself: it says what to correct in the row, and colours the cells.",
    ),
    "check_hint": ("提示：", "Note: "),
    "check_good": ("√ 未见问题", "√ Nothing found"),
    "check_broken": (
        "本行自检公式已损坏，不影响填报",
        "The formulas of this row are broken; what you filled in is not affected",
    ),
    "status_head": ("自检：已填 {n} 行，", "Self-check: {n} rows filled in, "),
    "status_none": (
        "请从表头下一行填起，边填边查。",
        "start below the header; rows are checked as you type.",
    ),
    "status_good": ("未见需要修改的地方。", "nothing to correct was found."),
    "status_bad": (
        "还有 {m} 处需要修改（已涂色，每行最右“自检”栏有说明）。先看第 {row} 行：{told}。",
        "{m} places to correct (coloured; see the last column). First row {row}: {told}.",
    ),
    "status_more": (
        " 另有 {u} 行没有自检（新插入或表外的行），不影响填报。",
        " {u} rows have no self-check (inserted, or below the form's); they count all the same.",
    ),
    "status_broken": (
        "自检：公式已损坏，不影响填报和报送。",
        "Self-check: the formulas are broken; what you filled in is not affected.",
    ),
    "filing_prompt": (
        "有内容填写：正常报送\n没有事项可报：零报告\n与上期完全相同：无变化",
        "正常报送: there are rows below\n零报告: nothing to report\n无变化: the same as last time",
    ),
    "footer": ("第 &P 页，共 &N 页", "Page &P of &N"),
    "warning": ("请核对", "Please check"),
    "bad_choice": (
        "填的内容不在下拉选项里，可能无法统计。建议重新选择；确需保留，请点“是”。",
        "This is not in the list and may not be counted. To keep it all the same, choose Yes.",
    ),
    "bad_date": (
        "请填完整日期，写成 2020-10-09 的样子。确需保留所填内容，请点“是”。",
        "Please give a full date, such as 2020-10-09. To keep what you typed, choose Yes.",
    ),
    "bad_deadline": (
        "请尽量填完整日期，写成 2020-10-09 的样子。"
        "确为“2020年底前”“长期坚持”等说法的，请点“是”保留。",
        "A full date is best, such as 2020-10-09. Words such as 2020年底前 may stay: choose Yes.",
    ),
    "bad_number": (
        "请只填不小于 0 的数字，不带单位（单位见表头）。确需保留所填内容，请点“是”。",
        "Please give a number, 0 or more, without its unit. To keep what you typed, choose Yes.",
    ),
    "E": ("必填", "Required"),
    "W": ("应填", "Expected"),
    "may": ("选填", "As needed"),
    "form_date": ("写成 2020-10-09", "As 2020-10-09"),
    "form_deadline": (
        "写成 2020-10-09，或“2020年底前”",
        "As 2020-10-09, or words such as 2020年底前",
    ),
    "form_number": ("只填数字", "A number"),
    "form_choice": ("请从下拉中选", "Choose from the list"),
    "form_choices": ("可多选，用顿号分开", "Several, separated by 、"),
    "or": ("也可填：{list}", "Or: {list}"),
    "mark": ("【{needed}】{purpose}", "[{needed}] {purpose}"),
    "of": ("可填：{list}", "One of: {list}"),
    "example": ("例：{text}", "E.g. {text}"),
    "column": ("栏目", "Column"),
    "fill": ("填什么", "What to fill in"),
    "needed": ("是否必填", "Needed"),
    "like": ("示例", "Example"),
    "allowed": ("可填内容", "Allowed values"),
    "table": ("各栏填写要求", "The columns"),
}

STEPS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "always",
        "请在第2张表“{ledger}”中填写，从表头下一行填起，一行一{unit}；统计到 {as_of} 为止。",
        "Fill in the second sheet, “{ledger}”, from the row below the header, one row an entry, "
        "as things stood on {as_of}.",
    ),
    (
        "prefilled",
        "表中已列出此前上报的 {items} {unit}，请逐行更新，不要删行；新增的接着往下填。",
        "The {items} entries known so far are listed: please bring each up to date, delete none, "
        "and add new ones below.",
    ),
    (
        "always",
        "表头深蓝的必填，中蓝的应填（空着会来询问），浅蓝的按需填。"
        "点一下单元格会出现提示；有下拉箭头的，请从中选。",
        "Dark blue headers are required, middle blue ones expected (blanks are asked about), pale "
        "ones as needed. Choose a cell to see what it is for; where it has a list, choose from it.",
    ),
    (
        "always",
        "日期请写成 2020-10-09；金额、数量只填数字，单位见表头。",
        "Dates as 2020-10-09; amounts as plain numbers, in the unit that the header names.",
    ),
    (
        "filing",
        "本期没有可报的，请在表头上方“报送类型”处选“零报告”；与上期完全相同，选“无变化”。"
        "两种情况都不必填表，已列出的行不用动，但请照样发回。",
        "Nothing to report: set 报送类型 above the header to 零报告. As last time: 无变化. "
        "Leave the rows alone in both cases, but do send the file back.",
    ),
    (
        "always",
        "可以插行、排序、整块粘贴（粘贴时最好选“数值”），行数不够可接着往下写。"
        "请不要改表头文字，也不要另建表格。",
        "Rows may be inserted, sorted and pasted (best as values), and more added below. Please "
        "keep the headers' words, and keep to this file.",
    ),
    (
        "always",
        "填的时候会自动检查：要改的格子涂色、加红框，每行最右的“自检”栏写明哪里不对，"
        "表头上方写着已填几行、还有几处要改。移动内容请用复制，不用剪切，剪切会弄坏自检公式。",
        "Rows are checked as you type: cells to correct are coloured and framed in red, the last "
        "column says what is wrong, and the line above the header how much is left. Move things by "
        "copying: cutting breaks the formulas.",
    ),
    (
        "later",
        "自检只查本表看得出的；收到后还会核对：{later}。自检说错了的，照实填写就好。",
        "The self-check sees what this sheet shows. Checked on arrival: {later}. Where the "
        "self-check is wrong, leave the truth standing.",
    ),
    (
        "always",
        "要打印盖章的，请先选中已填的行，打印时选“打印选定区域”。",
        "To print, select the rows you filled and choose “Print selection”.",
    ),
    (
        "to_sender",
        "填好后保存，发回给发来本表的联系人即可。",
        "Save it and send it back to its sender.",
    ),
    ("to_contact", "填好后保存，请发回：{contact}。", "Save it and send it back to: {contact}."),
    (
        "always",
        "拿不准的照实写，我们会来问，不会替您猜。辛苦了，谢谢！",
        "If in doubt, write it as it is: we ask rather than guess. Thank you.",
    ),
)


def say(lang: str, key: str, **values: object) -> str:
    """Return the text called ``key`` in ``lang``, "zh" or "en", its placeholders filled."""
    return TEXT[key][lang == "en"].format(**values)
