"""The coded reasons are those of the spec, each in two languages."""

from django.utils import translation

from releases.reasons import GROUPS, REASONS


def test_all_coded_reasons_are_there():
    assert len(REASONS) == 56
    assert list(REASONS)[:3] == ["1.1(1)", "1.1(2)", "1.1(3)"]


def test_every_reason_stands_in_exactly_one_section():
    listed = [reason.code for group in GROUPS for reason in group.reasons]

    assert listed == list(REASONS)


def test_titles_and_explanations_differ_by_language_and_are_never_empty():
    for reason in REASONS.values():
        texts = [reason.title_en, reason.title_zh, reason.explanation_en, reason.explanation_zh]
        assert len(set(texts)) == 4
        assert all(text.strip() == text and text for text in texts)


def test_a_reason_speaks_the_active_language():
    reason = REASONS["3.3.4"]

    with translation.override("zh-hans"):
        assert (reason.title, reason.explanation) == (reason.title_zh, reason.explanation_zh)
    assert (reason.title, reason.explanation) == (reason.title_en, reason.explanation_en)
