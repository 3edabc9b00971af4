"""Messages that say what a file is, offer what helps, and name a unit once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.guard import BadInput
from app.inputs import find_hypotheses, scenario_files
from simulation.spec import SpecError, check_files, load_claims, load_scenario
from simulation.spec.located import in_unit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_wrong_kind_of_file_is_one_message() -> None:
    scenario, claim = "scenarios/industry_focus.yaml", "scenarios/hypotheses/c11_released_accounts.yaml"
    with pytest.raises(SpecError) as caught:
        load_claims([scenario])
    assert (
        str(caught.value) == f"{scenario}:1:1: this is a scenario, not a claim (compare {scenario} runs it)"
    )
    with pytest.raises(SpecError) as caught:
        load_scenario(claim)
    assert str(caught.value) == f"{claim}:1:1: this is a claim, not a scenario (hypotheses {claim} tests it)"


def test_hidden_files_and_far_names_are_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [problem.hint for problem in check_files(["nosuch.yaml"])] == [""]
    with pytest.raises(BadInput, match="`list hypotheses` shows them"):
        find_hypotheses(["C99"])
    with pytest.raises(BadInput, match="did you mean 'C11_released_accounts'"):
        find_hypotheses(["C11_released_account"])
    text = Path("scenarios/hypotheses/c11_released_accounts.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / ".hidden.yaml").touch()
    (tmp_path / "claim.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert scenario_files() == []
    with pytest.raises(SpecError) as caught:
        load_claims(["claim.yaml"])
    assert "hidden" not in str(caught.value)


def test_a_unit_is_said_once() -> None:
    assert (
        in_unit("teams", "teams", 1)
        == in_unit("share", "focus_share", 0)
        == in_unit("0-1", "openness", 1)
        == ""
    )
    assert (in_unit("weeks", "every", 1), in_unit("weeks", "every", 2)) == (" week", " weeks")


def test_from_goes_with_at_as_the_page_says(tmp_path: Path) -> None:
    text = (
        Path("docs/hypotheses.md").read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    )
    file = tmp_path / "claim.yaml"
    file.write_text(text + "from: 20\n", encoding="utf-8")
    (claim,) = load_claims([file])
    assert (claim.comparisons[0].first, claim.comparisons[0].last) == (20, 25)
    assert "in place of `at`" not in Path("docs/hypotheses.md").read_text(encoding="utf-8")
