"""A crowd of companies that wait for their remittance, written by PostgreSQL itself: a million in a minute.

Row n belongs to Mini Program n, account n, person n. The encrypted columns stay empty, nothing else differs from what
the actions write. Also used by the tests of killed workers and of query plans.
"""

from typing import Any

ALONE = {  # what a sweep of remittances touches
    "accounts_user": {
        "id": "n",
        "password": "'!'",
        "is_superuser": "false",
        "email": "'crowd-' || n || '@bench.test'",
        "status": "'registered'",
        "is_staff": "false",
        "is_open_platform": "false",
        "is_active": "true",
        "name": "''",
        "created_at": "now()",
    },
    "accounts_miniprogram": {
        "id": "n",
        "appid": "'wx' || lpad(to_hex(n), 16, '0')",
        "original_id": "'gh_' || lpad(to_hex(n), 12, '0')",
        "in_closed_beta": "false",
        "created_at": "now()",
        "user_id": "n",
    },
    "verification_remittance": {
        "id": "n",
        "status": "'open'",
        "entity_digest": "md5('entity' || n)",
        "holder": "''",
        "account": "''",
        "account_digest": "md5('account' || n)",
        "bank": "'icbc'",
        "province": "'Guangdong'",
        "city": "'Shenzhen'",
        "amount_fen": "1 + n % 100",
        "remark": "lpad(n::text, 12, '0')",
        "opened_at": "{end} - interval '10 days'",
        "expires_at": "{end}",
        "reminded_of": "2",
        "mini_program_id": "n",
    },
}
WHOLE = ALONE | {  # what the failed registration touches that follows it
    "accounts_wechatperson": {
        "id": "n",
        "wechat_id": "'crowd_' || n",
        "nickname": "'Person ' || n",
        "phone": "'+86' || (13000000000 + n)",
        "real_name": "''",
        "id_number": "''",
        "identity_digest": "md5('person' || n)",
        "client_version": "'8.0.50'",
        "is_searchable": "true",
        "is_persona": "false",
        "password": "''",
        "colour": "n % 8",
        "created_at": "now()",
    },
    "accounts_member": {
        "id": "n",
        "role": "'administrator'",
        "bound_at": "now()",
        "mini_program_id": "n",
        "person_id": "n",
    },
    "entities_entity": {
        "id": "n",
        "type": "'corporate'",
        "method": "'remittance'",
        "country": "'CN'",
        "name": "''",
        "number": "''",
        "number_digest": "md5('entity' || n)",
        "registered_at": "now()",
        "mini_program_id": "n",
    },
    "entities_standing": {
        "id": "n",
        "status": "'unproven'",
        "proof_due_at": "{end}",
        "reminded_of": "0",
        "mini_program_id": "n",
    },
    "entities_administratorrecord": {
        "id": "n",
        "name": "''",
        "id_number": "''",
        "identity_digest": "md5('person' || n)",
        "phone": "''",
        "phone_digest": "md5('phone' || n)",
        "recorded_at": "now()",
        "mini_program_id": "n",
        "person_id": "n",
        "id_digest": "md5('id' || n)",
    },
}


def gather(cursor: Any, count: int, *, due: int, first: int = 1, whole: bool = False) -> None:
    """Write `count` open remittances numbered from `first`, the first `due` of them overdue by up to an hour.

    With `whole`, each also has its entity, standing, administrator and member, so that the registration can fail.
    The others end within the next ten days.
    """
    overdue = f"now() - interval '1 second' * (1 + 3600.0 * (n - {first}) / {max(due, 1)})"
    later = f"now() + interval '1 day' * (0.1 + 9.9 * (n - {first}) / {count})"
    end = f"CASE WHEN n < {first + due} THEN {overdue} ELSE {later} END"
    for table, columns in (WHOLE if whole else ALONE).items():
        values = ", ".join(columns.values()).replace("{end}", end)
        numbers = f"generate_series({first}, {first + count - 1}) n"
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {numbers}")
        cursor.execute(f"ANALYZE {table}")
