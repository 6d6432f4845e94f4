"""Rows of the rectification ledger with one fault each, and rows that only look faulty."""

from __future__ import annotations

from tables import CLEAN

OTHER = CLEAN | {"item_no": "LX-002", "description": "危废间标识缺失"}
THIRD = {"item_no": "LX-003", "description": "应急池液位计失灵"}
DONE = CLEAN | {"status": "已完成", "completed_on": "2020-09-20", "evidence": "照片2张"}

Fault = tuple[dict[str, str], dict[str, str], str, str, str]
"""A clean row, what is changed in it, and the finding: code, severity, column."""

VERIFIED = DONE | {
    "verifier": "示例李四", "verified_on": "2020-09-25", "verification_result": "通过",
    "status": "核查通过",
}  # fmt: skip
SIGNED = VERIFIED | {
    "status": "已销号", "signed_off_on": "2020-09-30", "rechecked_on": "", "recheck_result": "",
}  # fmt: skip
TEAM = CLEAN | {"supervision_group": "第1督查组", "supervision_month": "2020年11月"}

CHECKED: list[Fault] = [
    (CLEAN, {"method": "立行立改", "found_on": "2020-09-08"}, "fix-at-once-open", "W", "found_on"),
    (VERIFIED, {"verified_on": "2020-09-19"}, "verified-before-completed", "E", "verified_on"),
    (VERIFIED, {"verified_on": "2020-09-19", "verification_result": ""},
     "verified-before-completed", "E", "verified_on"),
    (VERIFIED, {"status": "已完成", "verified_on": "", "verification_result": ""},
     "unverified-after-a-week", "W", "verified_on"),
    (VERIFIED, {"status": "已完成", "verified_on": "", "verification_result": "",
                "completed_on": "2020-10-01"}, "unverified-after-a-week", "W", "verified_on"),
    (VERIFIED, {"verification_result": "退回", "status": "已完成"}, "failed-but-completed", "W",
     "verification_result"),
    (VERIFIED, {"verification_result": "不合格", "verified_on": "2020-09-20"},
     "failed-but-completed", "W", "verification_result"),
    (VERIFIED, {"verification_result": "退回", "verified_on": ""}, "failed-but-completed", "W",
     "verification_result"),
    (VERIFIED, {"verifier": "示例李四、示例张三"}, "verifies-own-item", "I", "verifier"),
    (VERIFIED, {"verifier": "示例张三（组长）"}, "verifies-own-item", "I", "verifier"),
    (VERIFIED, {"verifier": "示例李四 示例张三", "person": "示例王五/示例张三"},
     "verifies-own-item", "I", "verifier"),
    (VERIFIED, {"verifier": "张 三，李四", "person": "张三"}, "verifies-own-item", "I", "verifier"),
    (VERIFIED, {"verifier": "示例李四", "leader": "示例李四"}, "verifies-own-item", "I",
     "verifier"),
    (SIGNED, {"verified_on": "", "verification_result": ""}, "signed-off-unverified", "E",
     "verified_on"),
    (TEAM, {"supervision_group": ""}, "no-supervision-group", "W", "supervision_group"),
    (TEAM, {"supervision_month": ""}, "no-supervision-month", "W", "supervision_month"),
    (SIGNED, {"found_on": "2020-06-01", "completed_on": "2020-06-10", "verified_on": "2020-06-20",
              "signed_off_on": "2020-07-10"}, "recheck-missing", "I", "rechecked_on"),
    (SIGNED, {"recheck_result": "反弹"}, "relapsed-but-completed", "W", "recheck_result"),
]  # fmt: skip
"""Verification, sign-off and supervision."""

CHECKED_FINE: list[tuple[dict[str, str], dict[str, str]]] = [
    (CLEAN, {"method": "立行立改", "found_on": "2020-09-09"}),
    (DONE, {"method": "立行立改", "found_on": "2020-09-01"}),
    (VERIFIED, {"verified_on": "2020-09-20"}),
    (VERIFIED, {"status": "核查退回", "completed_on": "", "verification_result": "退回"}),
    (VERIFIED, {"status": "已完成", "verification_result": "退回", "verified_on": "2020-09-19"}),
    (VERIFIED, {"status": "已完成", "verified_on": "", "verification_result": "",
                "completed_on": "2020-10-02"}),
    (VERIFIED, {"status": "已完成", "verified_on": ""}),
    (DONE, {}),
    (VERIFIED, {"verifier": "示例张三丰"}),
    (VERIFIED, {"verifier": "示例李四（责任人示例张三陪同）"}),
    (VERIFIED, {"verifier": "不涉及", "leader": "不涉及"}),
    (VERIFIED, {"verifier": "李"}),
    (SIGNED, {"verified_on": ""}),
    (SIGNED, {"verification_result": ""}),
    (DONE, {"status": "已销号"}),
    (TEAM, {"status": "撤销", "supervision_group": "", "supervision_month": ""}),
    (TEAM | DONE, {"supervision_group": "", "supervision_month": ""}),
    (SIGNED, {"found_on": "2020-06-01", "completed_on": "2020-06-10", "verified_on": "2020-06-20",
              "signed_off_on": "2020-07-11"}),
    (SIGNED, {"found_on": "2020-06-01", "completed_on": "2020-06-10", "verified_on": "2020-06-20",
              "signed_off_on": "2020-07-10", "rechecked_on": "2020-10-01"}),
    (SIGNED, {"recheck_result": "未反弹", "rechecked_on": "2020-10-01"}),
]  # fmt: skip

DONE_TEXT: list[Fault] = [
    (DONE, {"progress": text}, "done-but-ongoing-text", "W", "progress")
    for text in (
        "挡板正在加工", "正 在 施 工", "二期尚未开工", "清淤未完成", "仍需整改", "基本完成",
        "已验收，预计下月投用", "尚未验收，剩余部分正在安装", "原计划9月完成，计划于11月完成",
    )
]  # fmt: skip
DONE_FINE = (
    "已完成，预计每年减排粉尘3吨", "整改完成后尚未发生漏料", "已完成，佐证材料正在整理",
    "督察时正在漏水的阀门已更换", "破损部分完成更换", "按照整改计划在9月28日完成",
    "已全部完成", "尚未验收", "无未完成事项", "正在申请验收", "设备正在正常运行",
    "按计划于9月20日完成", "尚未发现反弹", "较预计提前5天完成", "已完成，正在公示", "",
)  # fmt: skip
OPEN_TEXT: list[Fault] = [
    (CLEAN, {"progress": text}, "ongoing-but-done-text", "W", "progress")
    for text in (
        "整改完毕", "3项问题已全部整改到位", "已完成全部整改工作", "整改已全部完成。", "已通过验收",
        "已全部整改到位，正在申请验收", "整改完毕，尚未验收",
    )
]  # fmt: skip
OPEN_FINE = (
    "未完成", "尚未整改完毕", "10月底前整改完毕", "预计10月30日整改完毕", "已完成整改方案编制",
    "土建已全部完成，设备安装中", "部分已整改到位", "未通过验收", "确保年内全部整改到位",
    "整改已完成60%", "争取整改完毕", "1号已整改到位，2号正在施工", "方案已通过验收评审",
    "安装整改完毕后申请验收", "已整改到位3处，其余10月完成", "",
)  # fmt: skip

AMOUNTS: list[Fault] = [
    (CLEAN, {"planned_funds": "35000"}, "funds-implausible", "W", "planned_funds"),
    (CLEAN, {"planned_funds": "10000.000001"}, "funds-implausible", "W", "planned_funds"),
    (CLEAN, {"planned_funds": "-1"}, "funds-implausible", "W", "planned_funds"),
    (CLEAN, {"planned_funds": "6000", "spent_funds": "10001"}, "spent-implausible", "W",
     "spent_funds"),
    (CLEAN, {"spent_funds": "3.000001"}, "spent-above-plan", "W", "spent_funds"),
]  # fmt: skip
AMOUNTS_FINE = (
    {"planned_funds": "0"}, {"planned_funds": "10000"}, {"planned_funds": "无需资金"},
    {"spent_funds": "3"}, {"planned_funds": "0", "spent_funds": "5"},
    {"planned_funds": "不涉及", "spent_funds": "5"}, {"planned_funds": "35000元"},
)  # fmt: skip

TEXTS: list[Fault] = [
    (CLEAN, {"description": "漏油"}, "description-too-short", "W", "description"),
    (CLEAN, {"description": "　漏　"}, "description-too-short", "W", "description"),
    (CLEAN, {"measures": "清" * 601}, "text-too-long", "W", "measures"),
    (CLEAN, {"description": "池" * 601}, "text-too-long", "W", "description"),
]
TEXTS_FINE = (
    {"description": "冒黑烟"}, {"description": "无组织"}, {"measures": "清淤"},
    {"measures": "清" * 600 + " "},
)  # fmt: skip
