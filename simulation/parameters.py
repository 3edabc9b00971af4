"""Every parameter of the world: default, range, unit, source, confidence. The one table.

Scenarios override values inside the ranges; sampling draws from the ranges. `assumption` means that no effect size was
found in the literature: the range is wide and sensitivity to it is to be reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model and what is known about it."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str  # "H", "M", "L" or "assumption"
    group: str
    description: str
    integer: bool = False


ASSUMPTION = "assumption"
LEADS = "fitted to real leads, docs/calibration/leads.md"
BRIDGE = "Bridge Group, SaaS AE metrics 2017 and 2024"
SHI = "Shi, Sridhar, Grewal & Lilien 2017, Journal of Marketing 81(2)"
SAAS_CAPITAL = "SaaS Capital 2023"
OF_MISSIONS = "Missions"
"""Group of parameters that do nothing in a world without missions."""
CALIBRATED = "set under `open` so that "


def _rows() -> Iterator[Parameter]:
    def row(
        name: str, default: float, low: float, high: float, unit: str, source: str, confidence: str, text: str,
        integer: bool = False,
    ) -> Parameter:
        return Parameter(name, default, low, high, unit, source, confidence, group, text, integer)

    a = ASSUMPTION

    group = "Working time"
    yield row("hours_per_week", 40, 30, 60, "hours", a, a, "working hours of a rep")
    yield row("selling_share", 0.41, 0.33, 0.50, "share", "several surveys of selling time", "M",
              "share of working hours spent selling; one selling hour is one touch")
    yield row("care_share", 0.3, 0.1, 0.6, "share", a, a, "share of selling hours spent on installed customers")
    yield row("open_deals", 10, 5, 60, "opportunities",
              "the open deals among the 20 accounts a rep works at a time (sales-compensation benchmarks 5-100)", "M",
              "opportunities a rep keeps open at a time", True)
    yield row("prospect_cap", 25, 5, 200, "accounts", "private-pool caps of Chinese CRMs 30-500", "L",
              "prospects a rep may hold without an open opportunity", True)
    yield row("effort_elasticity", 0.34, 0.245, 0.34, "elasticity", "Albers, Mantrala & Sridhar 2010", "H",
              "percent change of stage progress per percent change of touches")

    group = "Prospects"
    yield row("initial_customers", 0.46, 0.0, 0.9, "share", CALIBRATED + "the number of customers has no trend", "L",
              "share of all accounts that are customers when the burn-in begins")
    yield row("initial_fit", 0.38, -0.7, 0.7, "correlation", CALIBRATED + "the mean fit of customers has no trend", "L",
              "between being a customer at the beginning (a latent normal) and product fit")
    yield row("initial_size", 0.21, -0.7, 0.7, "correlation", CALIBRATED + "the mean size of customers has no trend", "L",
              "between being a customer at the beginning (a latent normal) and size")
    yield row("surfacing", 0.03, 0.005, 0.2, "per week", a, a,
              "chance that an unowned prospect comes to a rep's notice in a week")
    yield row("relationship_reach", 0.0, 0.0, 20.0, "factor", a, a,
              "how much sooner those come to notice first whom the founders know: founders call their friends first")
    yield row("inbound_share", 0.3, 0.0, 1.0, "share", a, a, "share of unowned prospects coming to notice who come by themselves")
    yield row("cooling_weeks", 26, 4, 104, "weeks", a, a,
              "weeks until a lost, undecided or churned account is a prospect again", True)
    yield row("prospect_weeks", 26, 4, 104, "weeks", a, a, "weeks a rep holds a prospect without starting it", True)
    yield row("choice_noise", 1.0, 0.1, 4.0, "log units", a, a,
              "spread of what makes a rep start one prospect before another beyond its expected value")
    yield row("hot_stove", 0.0, 0.0, 0.9, "share", "Denrell & March 2001, Organization Science 12(5): .5", "L",
              "how far a closed deal moves the propensity to start deals where one knows less; 0: off")
    yield row("hot_stove_aspiration", 0.5, 0.0, 0.9, "share", "Denrell & March 2001, Organization Science 12(5): .5", "L",
              "how far a closed deal moves what a person expects of the next")
    yield row("compliance", 0.95, 0.0, 1.0, "share", a, a,
              "share of temptations that reps refuse under a hard edge: prospects they come upon first outside the territory")

    group = "Public pool"
    yield row("fake_touches", 0.3, 0.0, 1.0, "share", a, a, "share of persons who log touches that never happened rather than lose an account")
    yield row("fake_hours", 0.25, 0.0, 2.0, "hours", a, a, "selling time that logging a touch that never happened takes")

    group = "Opportunities"
    yield row("lead_advance", 0.25, 0.05, 1.0, "per week", CALIBRATED + "a fresh opportunity is won about 25 % (S1)",
              "M", "hazard of a lead becoming qualified")
    yield row("lead_loss", 0.20, 0.02, 1.0, "per week", CALIBRATED + "55 % of leads qualify (funnel .30-.75)", "L",
              "hazard of a lead being disqualified")
    yield row("qualified_advance", 0.105, 0.02, 1.0, "per week", LEADS + " (se .012)", "H", "hazard qualified to proposal at age 0")
    yield row("proposal_advance", 0.0893, 0.02, 1.0, "per week", LEADS + " (se .0032)", "H", "hazard proposal to won at age 0")
    yield row("loss", 0.00198, 0.0005, 0.3, "per week", LEADS + " (se .00012)", "H", "hazard of a qualified deal being lost at age 0")
    yield row("no_decision", 0.00156, 0.0004, 0.2, "per week", LEADS + " (se .00011); 21 % end so (CSO Insights 2016-19)", "M",
              "hazard of a qualified deal ending without a decision at age 0")
    yield row("early_loss", 0.0488, 0.0, 0.3, "share", LEADS + " (se .0021)", "H", "share of deals lost in the very week they are qualified")
    yield row("direct_proposal", 0.4475, 0.0, 1.0, "share", LEADS + " (se .0049)", "H", "share of qualified deals that start at proposal")
    yield row("age_exponent", 0.476, 0.0, 1.5, "exponent", LEADS + " (se .018)", "H",
              "hazards to advance fall, and to end rise, with (1 + weeks since qualified) to this power")
    yield row("deal_noise", 0.3, 0.0, 2.0, "logits", LEADS + ": all parts together have a spread of 1.0 (0.7-1.5)", "L",
              "standard deviation of what decides a deal and is known to nobody beforehand")
    yield row("score_centre", 0.66, -3.0, 5.0, "logits", CALIBRATED + "qualified deals have the fitted win rate", "M",
              "score of an average qualified deal, subtracted from all")
    yield row("value_slope", 0.518, -0.2, 0.8, "logits per log unit", LEADS + " (se .027)", "H", "larger deals are won less often")
    yield row("size_share", 0.6, 0.0, 1.0, "share", a, a,
              "share of the variance of log deal value that belongs to the customer and not to the deal")

    group = "What wins a deal"
    yield row("talent_weight", 0.35, 0.0, 1.0, "logits per sd", a, a, "a rep one standard deviation more talented")
    yield row("skill_weight", 1.8, 0.5, 3.0, "logits per log unit", CALIBRATED + "output is in proportion to "
              "proficiency: about 1 / (1 - win rate)", "M", "logits per log of proficiency")
    yield row("playbook_weight", 0.5, 0.0, 1.5, "logits", a, a, "a complete playbook of the segment, to a rep who has learned nothing there")
    yield row("fit_weight", 0.5, 0.0, 1.5, "logits per sd", a, a, "product fit of the customer")
    yield row("firm_relationship_weight", 0.8, 0.0, 2.0, "logits", a, a, "a relationship of the founders with the customer")
    yield row("rep_relationship_weight", 1.0, 0.0, 3.0, "logits", CALIBRATED + "hand-over costs 13-18 % (S9)", "M",
              "a full relationship between rep and customer, in an open deal")

    group = "Relationships"
    yield row("relationship_per_touch", 0.14, 0.01, 0.3, "per touch", a, a, "share of the missing relationship built by a touch")
    yield row("relationship_decay", 0.004, 0.0, 0.05, "per week", a, a, "relationship lost in a week")
    yield row("transfer", 0.0, 0.0, 0.6, "share", CALIBRATED + "hand-over costs 13-18 % (S9); " + SHI, "M",
              "relationship that survives a hand-over to a rep who knows nothing of the segment")
    yield row("transfer_knowledge", 0.68, 0.0, 0.9, "share", CALIBRATED + "a receiver who knows the segment saves 40 %; " + SHI,
              "M", "further share that survives with a receiver who knows all of the segment")
    yield row("second_handover", 0.5, 0.2, 1.0, "factor", a, a, "what survives is multiplied by this at a second change in 26 weeks")
    yield row("fresh_look", 0.05, 0.0, 0.2, "share", a, a, "chance that a new rep starts with the old relationship in full")

    yield row("relationship_reference", 0.58, 0.0, 1.0, "0-1", CALIBRATED + "it is the mean relationship with customers", "M",
              "relationship at which renewal and expansion are average")

    group = "Segments"
    yield row("segment_fit_spread", 0.0, 0.0, 1.5, "sd of fit", a, a, "how far the product's fit of a segment varies from world to world")
    yield row("segment_fit_drift", 0.0, 0.0, 1.0, "sd of fit", a, a, "how far a segment's fit wanders in a year, by itself")
    yield row("rnd_gain", 0.0, 0.0, 1.5, "sd of fit per year", a, a, "fit that all of R&D adds to one segment in a year")
    yield row("rnd_focus", 1.3, 1.0, 2.5, "exponent", a, a, "what a share of R&D achieves is the share to this power: focus compounds")
    yield row("rnd_fade", 0.2, 0.0, 1.0, "per year", a, a, "share of the gained fit that competitors take back in a year")
    yield row("prior_spread", 1.0, 0.1, 3.0, "sd of fit", a, a, "how unsure the leader is of a segment's fit before any evidence")
    yield row("payment_slope", 0.35, 0.1, 1.0, "log units per sd of fit", CALIBRATED + "it is the effect of fit on the log win rate: "
              "fit_weight x (1 - win rate)", "L", "how much more money per touch the leader takes for one more standard deviation of fit")
    yield row("interview_noise", 1.0, 0.2, 3.0, "sd of fit", a, a, "error of one interview")
    yield row("interview_hours", 2.0, 0.5, 8.0, "hours", a, a, "selling hours an interview takes")
    yield row("evidence_memory", 52, 4, 208, "weeks", a, a, "time in which evidence about a segment fades")

    group = "Use and renewal"
    yield row("usage_base", 0.5, 0.1, 0.9, "depth 0-1", a, a, "usage depth of a customer of average fit")
    yield row("usage_fit", 0.15, 0.0, 0.4, "depth per sd", a, a, "deeper use with better product fit")
    yield row("usage_onboarding", 0.2, 0.0, 0.4, "depth", a, a, "deeper use with a full relationship to the rep")
    yield row("courtesy_use", 0.1, 0.0, 0.5, "depth", a, a, "use out of courtesy to the founders")
    yield row("usage_speed", 0.08, 0.02, 0.5, "per week", a, a, "speed at which usage settles")
    yield row("renewal_base", 5.0, 0.5, 8.0, "logits", CALIBRATED + "gross retention is .92; " + SAAS_CAPITAL, "H",
              "renewal of an average contract")
    yield row("renewal_usage", 1.0, 0.0, 6.0, "logits per depth", a, a, "renewal against usage depth")
    yield row("renewal_relationship", 10.0, 0.0, 12.0, "logits", CALIBRATED + "hand-over costs 13-18 % (S9)", "M",
              "renewal against the relationship with the rep")
    yield row("renewal_size", 0.05, 0.0, 0.5, "logits per log unit", a, a, "larger contracts renew more often")
    yield row("contraction_share", 0.02, 0.0, 0.3, "share", CALIBRATED + "gross retention is .92", "M", "renewals that shrink")
    yield row("contraction_size", 0.15, 0.05, 0.6, "share", a, a, "by how much they shrink")
    yield row("expansion", 0.112, 0.0, 0.4, "share per year", CALIBRATED + "net retention is 1.03; " + SAAS_CAPITAL, "H",
              "mean growth of a renewed contract at average usage and relationship")
    yield row("expansion_relationship", 2.0, 0.0, 2.0, "share", CALIBRATED + "hand-over costs 13-18 % (S9)", "M",
              "how far expansion rises and falls with usage and relationship around the average")

    group = "Learning"
    yield row("practices", 30, 4, 32, "practices", "March 1991, Organization Science 2(1)", "H", "practices of a segment", True)
    yield row("overlap", 0.5, 0.0, 1.0, "share", a, a, "share of practices common to all segments")
    yield row("segment_specific_share", 0.5, 0.0, 1.0, "share", a, a,
              "share of the ramp that is knowledge of segments and not general skill")
    yield row("newcomer_level", 0.61, 0.5, 0.8, "share", "De Grip 2016", "M", "a newcomer's productivity against the 1-year level")
    yield row("ramp_weeks", 9.4, 5.6, 28.0, "weeks", BRIDGE, "M", "time constant: 90 % of the ramp in 5 months")
    yield row("knowledge_reference", 0.465, 0.1, 1.0, "-1..1", CALIBRATED + "it is the mean knowledge of reps with a year of tenure", "M",
              "knowledge at which the segment part of the ramp counts as complete")
    yield row("superstition", 0.1, 0.0, 0.4, "share", a, a, "chance that experience teaches the wrong lesson")
    yield row("retention_month", 0.90, 0.55, 0.98, "per month", "Kim 2005 and others", "M", "knowledge kept over a month without use")
    yield row("onboarding_reading", 0.5, 0.0, 1.0, "share", a, a, "share of the playbook a newcomer takes over when hired")
    yield row("socialisation", 0.1, 0.0, 0.9, "chance", "March 1991: .1-.9", "M",
              "chance per practice to move a step towards the playbook at a retrospective")
    yield row("peer_exchange", 0.1, 0.0, 0.5, "chance", "gain of 15 % over 20 weeks, Sandvik et al. 2020", "M",
              "chance per practice to take over what the team's best rep does, at a retrospective")
    yield row("codify_rate", 0.5, 0.0, 0.95, "chance", "March 1991: p2 = .1-.9", "M",
              "chance that one writer at full time changes a practice of the playbook in a week")
    yield row("performance_noise", 0.2, 0.0, 1.0, "-1..1", a, a, "error in judging who outperforms the playbook")
    yield row("initial_playbook", 0.2, 0.0, 1.0, "share", a, a, "share of practices right in the playbook when the burn-in begins")
    yield row("coaching", 0.2, 0.0, 1.0, "share", a, a, "faster discovery per unit of the manager's coaching skill")

    group = "Development"
    yield row("training_rate", 0.05, 0.005, 0.4, "chance per hour", a, a,
              "chance per practice and hour of classroom to move a step towards the playbook")
    yield row("coached_touches", 2.0, 0.25, 8.0, "touches per hour", a, a,
              "touches that would show as many practices as an hour of coaching on recorded conversations")
    yield row("coached_superstition", 0.3, 0.0, 1.0, "factor", a, a, "wrong lessons of coaching on recorded conversations against those of experience")
    yield row("recording_cost", 25, 5, 200, "money per rep and week", a, a, "recording and analysing the conversations of a rep")
    yield row("watched_dislike", 0.01, 0.0, 0.05, "per week", a, a, "effect of being recorded on morale, at first")
    yield row("watched_weeks", 13, 2, 104, "weeks", a, a, "time constant at which people get used to being recorded")
    yield row("conversation_noise", 0.05, 0.0, 0.5, "-1..1", a, a, "error of a rep's practices as conversations show them")

    group = "Morale"
    yield row("morale_rest", 0.7, 0.4, 0.9, "0-1", a, a, "morale to which people return")
    yield row("morale_return", 0.05, 0.01, 0.2, "per week", a, a, "speed at which morale returns to its resting level")
    yield row("morale_result", 0.02, 0.0, 0.1, "per week", a, a, "effect of results above or below aspiration")
    yield row("fallback_weight", 2.0, 0.0, 5.0, "factor", a, a, "a missed aspiration hurts more, up to (1 + this) without a book to fall back on")
    yield row("morale_book_loss", 0.3, 0.0, 0.8, "0-1", a, a, "effect of losing the whole book at once")
    yield row("morale_ambiguity", 0.02, 0.0, 0.1, "per week", a, a, "effect of an unexplained change of territory")
    yield row("ambiguity_weeks", 8, 2, 26, "weeks", a, a, "time in which the ambiguity of a change of territory fades")
    yield row("morale_peer_exit", 0.1, 0.0, 0.5, "0-1", "exits cluster among peers (S8)", "L", "effect of a whole team leaving")
    yield row("morale_growth", 0.2, 0.0, 1.0, "0-1", a, a, "effect of learning everything about the segments one works in")
    yield row("morale_effort", 0.6, 0.0, 2.0, "share", a, a, "change of effort per unit of morale")
    yield row("conviction_effort", 0.2, 0.0, 1.0, "share", a, a, "change of effort per unit of conviction")
    yield row("conviction_speed", 0.05, 0.01, 0.3, "per week", a, a, "speed at which conviction follows one's own results")
    yield row("result_weeks", 13, 4, 52, "weeks", a, a, "weeks over which people feel their results")
    yield row("aspiration_speed", 0.02, 0.005, 0.2, "per week", a, a, "speed at which aspirations follow results")

    group = "Exits and hiring"
    yield row("voluntary_exit", 0.0024, 0.0019, 0.0043, "per week", "26 % a year, half voluntary: Radford/HBR 2017, CSO Insights", "H",
              "voluntary exits at resting morale")
    yield row("exit_morale", 4.0, 0.0, 10.0, "log units", a, a, "log hazard of leaving per unit of missing morale")
    yield row("involuntary_exit", 0.0024, 0.0019, 0.0043, "per week", "26 % a year, half voluntary: Radford/HBR 2017, CSO Insights", "H",
              "dismissals at average attainment")
    yield row("exit_attainment", 1.5, 0.0, 4.0, "log units", a, a, "log hazard of dismissal per unit of missing attainment")
    yield row("assessment_weeks", 26, 4, 104, "weeks", a, a, "the firm's own horizon of judgement", True)
    yield row("grace_weeks", 26, 0, 52, "weeks", a, a, "newcomers are not dismissed for results so early", True)
    yield row("vacancy_weeks", 17, 13, 24, "weeks", "4 months, DePaul / Radford", "M", "weeks a seat stays empty", True)
    yield row("initial_tenure", 200, 20, 500, "weeks", CALIBRATED + "it is near the mean under 26 % turnover", "M", "mean tenure when the burn-in begins")
    yield row("quota_ratio", 1.05, 0.3, 1.5, "share", CALIBRATED + "54 % of reps attain quota (CSO Insights, Xactly: 50-60 %)", "M",
              "quota against mean bookings of a rep")

    group = "Reports"
    yield row("pass_upward", 0.65, 0.54, 0.73, "share", "communication-filtering studies", "M",
              "bad news passed upward per level at openness 0.5 and prestige 0.5")
    yield row("openness", 0.5, 0.0, 1.0, "0-1", a, a, "the firm's own openness")
    yield row("prestige", 0.5, 0.0, 1.0, "0-1", a, a, "prestige of the leader")
    yield row("prestige_weight", 1.0, 0.0, 2.0, "share", a, a, "how far prestige filters bad news")
    yield row("attenuation", 1.0, 0.0, 1.0, "share", a, a, "share of the filtering in force (0: levels pass everything on)")
    yield row("optimism", 0.1, 0.0, 0.5, "logits", a, a, "mean optimism of a rep about open deals")
    yield row("optimism_spread", 0.3, 0.0, 1.0, "logits", a, a, "spread of optimism among reps")
    yield row("manager_optimism", 0.05, 0.0, 0.3, "share", a, a, "spread of what managers add to or take from what they hear")
    yield row("sandbagging", 0.5, 0.0, 1.0, "share", LEADS, "M", "how far reps state the figure of the stage in place of their belief")
    yield row("stated_lead", 0.10, 0.0, 1.0, "probability", a, a, "figure stated for a lead")
    yield row("stated_qualified", 0.20, 0.0, 1.0, "probability", LEADS, "H", "figure stated for a qualified deal")
    yield row("stated_proposal", 0.476, 0.0, 1.0, "probability", LEADS, "H", "figure stated for a proposal")

    group = "Money"
    yield row("rep_cost", 2500, 500, 10000, "money per week", a, a, "cost of a rep and what the rep needs")
    yield row("commission", 0.1, 0.0, 0.2, "share", a, a, "commission on new annual contracts")
    yield row("service_cost", 0.25, 0.1, 0.5, "share", a, a, "cost of serving, as a share of recognised revenue")

    group = OF_MISSIONS
    yield row("certain", 0.95, 0.8, 1.0, "probability", a, a, "chance of success that people are told where the odds are not")
    yield row("obedience", 0.5, 0.0, 1.0, "share", a, a, "share of the time asked for a mission that people give because they are asked")
    yield row("mission_cover", 0.5, 0.0, 1.0, "share", a, a, "care for the customers of those away on missions that team mates take over")
    yield row("mission_reward", 1.0, 0.0, 3.0, "quotas", a, a, "attainment that a breakthrough brings who gave all their time")
    yield row("mission_choice", 4.0, 0.0, 10.0, "logits", a, a, "how sharply people weigh what a breakthrough brings them against what a failed mission costs them")
    yield row("mission_talent", 0.3, 0.0, 1.0, "log units per sd", a, a, "competence on missions of a rep one standard deviation more talented")
    yield row("mission_morale", 0.1, 0.0, 0.3, "0-1", a, a, "rise of morale at a breakthrough, fall at a failure nobody forgives")
    yield row("odds_dip", 0.03, 0.0, 0.2, "0-1", a, a, "fall of morale on hearing that a mission cannot succeed")
    yield row("broken_promise", 0.02, 0.0, 0.1, "per week", a, a, "fall of morale per unit by which one was told more than one believes")
    yield row("purpose_gain", 0.3, 0.0, 0.6, "share", a, a, "more effort on a mission by people who know what it is for")
    yield row("purpose_ability", 0.3, 0.0, 1.0, "per sd", a, a, "how much more the able gain from knowing")
    yield row("purpose_routine", 0.3, 0.0, 1.0, "0-1", a, a, "uncertainty of a road below which knowing distracts (1: even odds)")
    yield row("effort_noise", 0.5, 0.0, 1.5, "log units", a, a, "error in judging the effort a mission has had, where goals are vague")
    yield row("leader_lift", 0.2, 0.0, 1.0, "share", a, a, "competence that the leader in person adds")
    yield row("leader_cost", 4000, 0, 20000, "money per week", a, a, "cost of the leader's time on a mission")
    yield row("watch_cost", 500, 0, 5000, "money per week", a, a, "cost of following a mission in person")
    yield row("craft_weeks", 52, 13, 208, "weeks", a, a, "full-time weeks on missions in which 63 % of the craft is learned")
    yield row("craft_debrief", 0.2, 0.0, 0.5, "share", "Tannenbaum & Cerasoli 2013: +20 %; Keiser & Arthur 2021: d = .67-.92", "H",
              "what a retrospective adds to the craft learned since the last one")
    yield row("leader_craft", 0.35, 0.1, 0.9, "0-1", a, a, "craft from which a rep is ready to lead")

    group = "Goals"
    yield row("specificity", 0.3, 0.0, 1.0, "0-1", a, a, "how specific the firm's own goals are")
    yield row("goal_effort", 0.10, 0.06, 0.16, "share", "Locke & Latham; Epton et al. 2017: d = .5 (.34-.80), at a spread of effort of 20 % (assumption)",
              "M", "more effort under a wholly specific goal than under none")
    yield row("goal_reach", 0.6, 0.2, 1.0, "share", a, a, "running attainment below which people give a goal up by and by")
    yield row("goal_memory", 13, 4, 52, "weeks", a, a, "time in which a goal fades that nobody talks of")
    yield row("pay_mix", 0.5, 0.1, 1.0, "share", a, a, "variable share of pay at quota")
    yield row("pay_effort", 0.2, 0.0, 0.5, "share", a, a, "more effort if all pay is variable than if none is")

    group = "Organisation"
    yield row("maturity_rate", 0.4, 0.1, 1.0, "per week", a, a, "share of the missing process maturity that all selling time spent writing would add")
    yield row("process_gain", 0.3, 0.0, 0.5, "share", a, a, "more progress of deals per touch in a mature process (efficiency is said to aim at 30 %)")
    yield row("coordination", 0.0, 0.0, 0.4, "exponent", a, a, "throughput falls with size to this power where teams cannot work together")
    yield row("coordination_size", 120, 10, 5000, "reps", "by definition", "H", "size at which throughput is 1 where teams cannot work together")
    yield row("core_team", 20, 5, 50, "reps", a, a, "size up to which people know each other and coordination costs nothing")
    yield row("capability_rate", 0.02, 0.0, 0.1, "per retrospective", a, a, "share of the missing capability to work together that a retrospective of 2 hours adds")
    yield row("capability_process", 0.5, 0.0, 1.0, "share", a, a, "share of the missing capability to work together added per share of the missing process maturity added")


PARAMETERS: Mapping[str, Parameter] = MappingProxyType({p.name: p for p in _rows()})
"""Every parameter by name, in the order of the documentation."""

OFF_BY_DEFAULT = frozenset(
    ("relationship_reach", "hot_stove", "segment_fit_spread", "segment_fit_drift", "rnd_gain", "coordination")
)
"""Mechanisms that are off at 0, their default: sampled worlds have only those that their scenario has."""
