"""The rules of the server API: one section of the rulebook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ApiRules:
    """The server API. `…_total` counts for ever, `…_per_minute`, `…_per_day` and `…_per_month` by the world's clock."""

    token_seconds: int
    token_overlap_seconds: int
    forced_refreshes_per_day: int
    forced_refresh_seconds: int
    tokens_per_day: int
    calls_per_day: int
    calls_per_month: int
    calls_per_minute: int
    login_code_seconds: int
    logins_per_minute: int
    body_bytes: int
    scene_codes_per_minute: int
    page_codes_total: int
    code_width_min: int
    code_width_max: int
    code_width: int
    path_characters: int
    scene_characters: int
    ended_token_days: int
    log_days: int
    log_rows: int
