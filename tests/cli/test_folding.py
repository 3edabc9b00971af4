from rich.cells import cell_len

from app.folding import folded

CHINESE = (
    "尚无定论：自第 13 周起的 91 周内，“open”领先（仅 8 个世界）；最接近的“lockdown_reversed”少 2,508 万"
    " [1,586, 3,430]（-5.7 % [-7.7, -3.7]）和毛利。"
)


def test_chinese_is_broken_between_signs_and_never_inside_a_name_a_figure_or_an_interval():
    for width in range(30, 90):
        lines = folded(CHINESE, width).split("\n")
        assert max(map(cell_len, lines)) <= width
        assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")  # nothing is lost
        for whole in ("lockdown_reversed", "2,508 万", "[1,586, 3,430]", "[-7.7, -3.7]", "-5.7 %"):
            assert any(whole in line for line in lines), (width, whole)
        assert not any(line[0] in "，。；：）” " or line[-1] in "（“" for line in lines)


def test_other_text_is_left_to_the_terminal():
    text = "a line of English that is longer than thirty columns\n\nand another"
    assert folded(text, 30) == text
