"""The words of CRMs, English and Chinese: names of columns, words for how a deal stands, signs for "nothing"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

ROLES = {
    "deal": "number or name of the opportunity",
    "account": "the customer",
    "segment": "sector, industry or kind of customer",
    "rep": "who works on it",
    "former_rep": "who worked on it before",
    "manager": "the rep's manager",
    "office": "the rep's office or team",
    "kind": "new business or renewal",
    "product": "what is sold: values are compared within products",
    "created": "when the opportunity began",
    "ended": "when it was closed, either way",
    "won_on": "when it was won",
    "lost_on": "when it was lost",
    "outcome": "won, lost, given up or open",
    "stage": "where it stands in the funnel",
    "value": "money",
    "currency": "the money's currency",
    "moved": "when it changed hands or fell back to the public pool",
    "touched": "when somebody last worked on it",
    "stated": "when a certainty was entered; the name of the column ends in the percentage",
}
DATES = ("created", "ended", "won_on", "lost_on", "moved", "touched", "stated")

# Names without the words in `_FILLER`. One line a role and language; the best names first: they win over later ones.
_NAMES = {
    "deal": "opportunity id, opportunity number, opportunity, deal id, deal number, deal, lead id, mql id, id, record id, "
    "opportunity name, deal name, 商机编号, 商机id, 商机号, 商机名称, 商机, 项目编号, 项目名称, 线索编号, 线索id, 编号",
    "account": "account, account name, customer, customer name, company, company name, client, account id, customer id, "
    "organization, organisation, seller id, 客户, 客户名称, 客户名, 公司, 公司名称, 企业名称, 客户编号, 客户id",
    "segment": "segment, business segment, sector, industry, vertical, account industry, customer segment, market segment, "
    "business model, business line, 行业, 客群, 所属行业, 客户行业, 行业分类, 细分市场, 客户类型",
    "rep": "rep, sales rep, owner, opportunity owner, deal owner, account owner, sales agent, sales person, salesperson, seller, "
    "account executive, account manager, sr id, owner name, agent, assigned to, 负责人, 销售, 销售负责人, 商机负责人, "
    "客户负责人, 所有人, 客户经理, 销售人员, 业务员, 跟进人, 归属人, new owner, new rep, current owner, 新负责人, 现负责人, 变更后负责人",
    "former_rep": "former rep, former owner, previous owner, previous rep, old owner, 前负责人, 原负责人, 上任负责人, 前任负责人, "
    "前归属人, 前销售, 旧负责人, 变更前负责人",
    "manager": "manager, sales manager, director, team lead, supervisor, 总监, 销售总监, 上级, 经理, 直属上级, 销售经理, 主管",
    "office": "office, regional office, region, team, branch, department, 部门, 团队, 所属部门, 区域, 大区, 办公室, 分公司",
    "kind": "kind, opportunity type, deal type, type, business type of deal, new or renewal, 商机类型, 签约类型, 合同类型, 类型",
    "product": "product, product name, 产品, 产品名称",
    "created": "created, create, creation, opened, open, opportunity created, deal created, lead created, engage, engaged, "
    "first contact, start, started, entered, inquiry, 创建, 商机创建, 新建, 建立, 立项, 录入, 首次接触, 开始",
    "ended": "closed, close, ended, end, closing, actual close, decided, 关闭, 结束, 结单, 实际结单, 成交, 完成, 实际成交",
    "won_on": "won, win, signed, contract signed, converted, 赢单, 签约, 合同签订, 签订",
    "lost_on": "lost, loss, 输单, 丢单, 流失",
    "outcome": "outcome, result, status, deal status, opportunity status, won lost, is won, won, converted lead, 结果, 状态, "
    "商机状态, 商机结果, 输赢, 是否赢单, 赢单状态",
    "stage": "stage, deal stage, stage name, opportunity stage, sales stage, pipeline stage, phase, 阶段, 商机阶段, 销售阶段, "
    "跟进阶段",
    "value": "amount, value, deal value, close value, deal amount, acv, arr, new arr, tcv, contract value, opportunity amount, price, "
    "bookings, revenue, expected amount, 金额, 商机金额, 合同金额, 签约金额, 签约额, 年合同额, 成交金额, 年度经常性收入, 新签arr, "
    "预计金额, 预计成交金额, 合同额",
    "currency": "currency, currency code, currency iso code, 币种, 货币",
    "moved": "moved, owner changed, transferred, reassigned, released, recycled, 掉公海, 掉入公海, 退回公海, 回收, 客户交接, 交接, "
    "负责人变更, 转移, 分配, 领取, owner change, change of owner, ownership changed, changed, change, 变更",
    "touched": "last activity, last contact, last touch, last touched, last follow up, last modified, 最后跟进, 最近跟进, 最新跟进, "
    "上次跟进, 最后活动, 最近联系",
}  # fmt: skip
_FILLER = re.compile(
    r"\b(date|time|datetime|day|days|week|weeks|at|on|when|timestamp)\b|(时间|日期|日|周|周次)$"
)
_UNIT = re.compile(r"[(\[](.*?)[)\]]")
_STATED = re.compile(r"[-_ (]+(\d{1,3}) ?(%?)\)?$")
_CERTAIN = re.compile(
    r"\b(commit|committed|commitment|best|best ?case|worst ?case|pipeline|upside|likely|unlikely|probability|probable|"
    r"forecast|certainty|certain|confidence|confident|chance|odds|promised)\b|预测|概率|承诺|把握|可能|信心|赢率|胜率|确定|乐观|储备"
)
"""Words that say that a number at the end of a name is a certainty: `Payment 1` and `Follow-up 2` hold none."""

_OUTCOMES = {
    "won": "won, closed won, win, signed, converted, success, successful, true, yes, y, 1, 赢单, 已赢单, 赢, 成交, 已成交, 签约, "
    "已签约, 成单, 成功, 赢单关闭, 是",
    "lost": "lost, closed lost, loss, lose, failed, 输单, 已输单, 输, 丢单, 已丢单, 失败, 战败, 流失, 输单关闭",
    "undecided": "undecided, no decision, closed no decision, abandoned, cancelled, canceled, withdrawn, disqualified, dropped, "
    "搁置, 已搁置, 取消, 已取消, 放弃, 已放弃, 作废, 无效, 无效关闭, 无决策",
    "closed": "closed, finished, done, 关闭, 已关闭, 结束, 已结束",
    "open": "open, in progress, active, pending, working, new, engaging, engaged, prospecting, prospect, qualification, qualified, "
    "qualifying, needs analysis, value proposition, proposal, proposal price quote, negotiation, negotiation review, discovery, demo, "
    "evaluation, commit, best case, pipeline, lead, contract sent, decision, contacted, on hold, 进行中, 跟进中, 打开, 未成交, "
    "潜在客户, 线索, 商机, 初步接触, 需求确认, 方案报价, 方案, 报价, 商务谈判, 谈判, 合同审批, 验证客户, 承诺, 新建, 立项, 未结束",
    "not won": "false, no, n, 0, 否",
}  # fmt: skip
_KINDS = {
    "new": "new, new business, new customer, new logo, 新签, 新购, 新客户, 新客",
    "renewal": "renewal, renew, existing, existing business, existing customer, 续约, 续费, 续签, 老客户",
}
MISSING = ("", "-", "--", "—", "/", "null", "(null)", "none", "n/a", "na", "nan", "nat", "#n/a", "\\n", "0000-00-00",
           "0000-00-00 00:00:00", "0001-01-01", "0001-01-01 00:00:00", "无", "暂无", "空", "未填写", "never")  # fmt: skip
"""What stands for "nothing" in a column of dates, money or outcomes, in lower case. In names only the empty cell does."""


def folded(text: str) -> str:
    """A name as it is compared: full-width signs made plain, CamelCase and punctuation made spaces, lower case."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    text = re.sub(r"__c$", "", text).lower()
    return " ".join(re.findall(r"[^\W_]+", text))


@cache
def _names() -> dict[str, list[tuple[str, int]]]:
    """Folded name -> (role, place in the role's list)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for role, names in _NAMES.items():
        for place, name in enumerate(names.split(",")):
            found.setdefault(folded(name), []).append((role, place))
    return found


def roles_of(name: str) -> list[tuple[str, int]]:
    """The roles a column of this name may have, each with a penalty (the smaller the better)."""
    plain = folded(_UNIT.sub(" ", unicodedata.normalize("NFKC", name))) or folded(name)
    found = list(_names().get(plain, []))
    stem = " ".join(_FILLER.sub(" ", plain).split())
    if stem != plain:  # "close date", "WeekCreated", 创建时间: words for a time were taken off
        found += [(role, place) for role, place in _names().get(stem, []) if role in DATES]
    week_of = counts_in(name) and re.sub(r"[\d ]", "", stem)  # "WeekLow-20", but not "Week 20"
    if not found and certainty_of(name) is not None and (is_certainty(name) or week_of):
        found.append(("stated", 50))
    return found


def is_title(name: str) -> bool:
    """Is a column of deals one of names, which may repeat, and not of numbers, which may not?"""
    return folded(name) in {
        *("opportunity", "deal", "opportunity name", "deal name"),
        *("商机名称", "商机", "项目名称"),
    }


def certainty_of(name: str) -> float | None:
    """The certainty (0-1) at the end of a column's name, such as `WeekCommit-80`."""
    match = _STATED.search(unicodedata.normalize("NFKC", name).strip())
    return int(match[1]) / 100 if match and int(match[1]) <= 100 else None


def is_certainty(name: str) -> bool:
    """Does a name with a number at its end say that the number is a certainty? `WeekLow-20` does not, `Low 20%` does."""
    match = _STATED.search(unicodedata.normalize("NFKC", name).strip())
    return match is not None and bool(match[2] or _CERTAIN.search(folded(name)))


def unit_of(name: str) -> str:
    """What stands in brackets in a column's name: `Amount (USD)`, `金额(万元)`."""
    match = _UNIT.search(unicodedata.normalize("NFKC", name))
    return match[1] if match else ""


@cache
def outcome_words() -> dict[str, str]:
    """Folded word -> outcome. "not won" is lost once the deal has ended, open until then; "closed" is what its dates say."""
    return {folded(word): outcome for outcome, words in _OUTCOMES.items() for word in words.split(",")}


def outcome_of(text: str, words: Mapping[str, str]) -> str:
    """The outcome a word means, "" if it is not known. `words` (folded -> outcome) are the user's; numbers around a word,
    as in `6 - Closed Won` or `赢单(100%)`, do not matter.
    """
    plain = folded(text)
    bare = re.sub(r"^[a-z]?\d+ | \d+$", "", plain)
    known = outcome_words()
    return words.get(plain) or known.get(plain) or words.get(bare) or known.get(bare, "")


def kind_of(text: str) -> str:
    """new, renewal, or "" for any other kind of business."""
    plain = folded(text)
    return next((kind for kind, words in _KINDS.items() if plain in words.split(", ")), "")


def counts_in(name: str) -> str:
    """What plain numbers in a column of dates count, by its name: "weeks", "days", or "" if it does not say."""
    plain = folded(name)
    if re.search(r"\bweeks?\b|周", plain):
        return "weeks"
    return "days" if re.search(r"\bdays?\b|天", plain) else ""
