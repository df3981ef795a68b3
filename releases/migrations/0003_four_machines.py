"""Build, audit order, release and service as four machines (review.md §3.2); what is there is carried over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import platform_site.kernel.secrets
from platform_site.kernel.constraints import ForbidUpdates


def to_the_queue(apps, schema_editor):
    """What was under review waits in the queue."""
    apps.get_model("releases", "AuditOrder").objects.filter(status="under_review").update(status="queued")


def in_service(apps, schema_editor):
    """What has been published is in service."""
    release, service = apps.get_model("releases", "Release"), apps.get_model("releases", "Service")
    rows = release.objects.filter(status="online").values_list("mini_program_id", "published_at")
    service.objects.bulk_create(
        [service(mini_program_id=pk, status="open", changed_at=at) for pk, at in rows.iterator()], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_upload_key_purposes"),
        ("developers", "0003_projects_without_appid"),
        ("releases", "0002_submissions_can_not_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("second_opinion_percent", models.PositiveSmallIntegerField(default=0)),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HeldDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(max_length=16)),
                ("payload", models.JSONField(default=dict)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("sampled", "Picked for a second opinion"),
                            ("asked", "The reviewer asked for a second opinion"),
                        ],
                        max_length=16,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("held_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("sent_back", "Sent back"),
                            ("dropped", "Withdrawn before anybody looked at it"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("second_words", models.TextField(blank=True)),
                ("second_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OrderMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("message", "Message"),
                            ("question", "Question"),
                            ("answer", "Answer"),
                            ("delay", "Why it is delayed"),
                            ("note", "Note for staff"),
                        ],
                        max_length=16,
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReviewPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("uploaded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("never_published", "Never published"),
                            ("open", "In service"),
                            ("closed", "Service suspended by the administrator"),
                            ("suspended", "Service suspended by the platform"),
                        ],
                        default="never_published",
                        editable=False,
                        max_length=32,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StaffNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TestAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", platform_site.kernel.secrets.EncryptedTextField()),
                ("password", platform_site.kernel.secrets.EncryptedTextField()),
                ("notes", platform_site.kernel.secrets.EncryptedTextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="auditorder",
            name="order_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="auditorder",
            name="one_order_in_the_review_slot",
        ),
        migrations.RemoveConstraint(
            model_name="release",
            name="release_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="release",
            name="release_replaced_at_exactly_when_replaced",
        ),
        migrations.RemoveIndex(
            model_name="auditorder",
            name="order_queue",
        ),
        migrations.RenameField(
            model_name="release",
            old_name="replaced_at",
            new_name="ended_at",
        ),
        migrations.AddField(
            model_name="auditorder",
            name="appeal_of",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="releases.auditorder"
            ),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="asked_seconds",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="claimed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="claimed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="expedited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="feedback",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="lane",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Expedited"), (2, "Escalated"), (3, "Appeal"), (5, "Normal")], default=5
            ),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="wants_test_account",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="auditorder",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="rejectionreason",
            name="device",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="rejectionreason",
            name="page",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="release",
            name="full_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="release",
            name="members_first",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="release",
            name="percent",
            field=models.PositiveSmallIntegerField(default=100),
        ),
        migrations.AddField(
            model_name="release",
            name="restored_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="auditorder",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting for review"),
                    ("claimed", "Review in progress"),
                    ("second_opinion", "Waiting for a second opinion"),
                    ("waiting_developer", "Waiting for your answer"),
                    ("delayed", "Review delayed"),
                    ("approved", "Approved, to be published"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn"),
                    ("published", "Published"),
                    ("superseded", "Replaced by a later submission"),
                    ("deleted", "Deleted"),
                ],
                default="queued",
                editable=False,
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="releases.auditorder"
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="status",
            field=models.CharField(
                choices=[
                    ("prepared", "To be published"),
                    ("phased", "Phased release"),
                    ("paused", "Phased release paused"),
                    ("online", "Online"),
                    ("replaced", "Replaced by a later release"),
                    ("rolled_back", "Rolled back"),
                    ("cancelled", "Phased release cancelled"),
                ],
                default="prepared",
                editable=False,
                max_length=32,
            ),
        ),
        migrations.RunPython(to_the_queue, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="auditorder",
            index=models.Index(
                condition=models.Q(("status__in", ["claimed", "delayed", "queued", "second_opinion"])),
                fields=["lane", "due_at", "id"],
                name="order_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="auditorder",
            index=models.Index(
                condition=models.Q(("claimed_by__isnull", False)), fields=["claimed_until"], name="order_claims"
            ),
        ),
        migrations.AddIndex(
            model_name="auditorder",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)), fields=["-decided_at", "-id"], name="order_decided"
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("full_at__isnull", False)), fields=["full_at"], name="release_full_at"
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["mini_program", "-published_at"], name="releases_of_program"),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "approved",
                            "claimed",
                            "delayed",
                            "deleted",
                            "published",
                            "queued",
                            "rejected",
                            "second_opinion",
                            "superseded",
                            "waiting_developer",
                            "withdrawn",
                        ],
                    )
                ),
                name="order_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("lane__in", [1, 2, 3, 5])), name="order_lane_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["approved", "claimed", "delayed", "queued", "rejected", "second_opinion", "waiting_developer"],
                    )
                ),
                fields=("mini_program",),
                name="one_order_in_the_review_slot",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appeal_of__isnull", False)), fields=("appeal_of",), name="one_appeal_of_an_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["withdrawn"]), ("withdrawn_at__isnull", False)),
                    models.Q(models.Q(("status__in", ["withdrawn"]), _negated=True), ("withdrawn_at__isnull", True)),
                    _connector="OR",
                ),
                name="order_withdrawn_at_exactly_when_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["waiting_developer"]), ("asked_at__isnull", False)),
                    models.Q(
                        models.Q(("status__in", ["waiting_developer"]), _negated=True), ("asked_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="order_asked_at_exactly_when_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "claimed"), ("claimed_by__isnull", False)),
                    ("status", "second_opinion"),
                    models.Q(
                        models.Q(("status__in", ["claimed", "second_opinion"]), _negated=True),
                        ("claimed_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="order_claimed_by_while_claimed",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_at__isnull", True), ("claimed_by__isnull", True)),
                    models.Q(("claimed_at__isnull", False), ("claimed_by__isnull", False)),
                    _connector="OR",
                ),
                name="order_claimed_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_by__isnull", True), ("claimed_until__isnull", True)),
                    models.Q(("claimed_by__isnull", False), ("claimed_until__isnull", False)),
                    _connector="OR",
                ),
                name="order_claimed_by_and_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["cancelled", "online", "paused", "phased", "prepared", "replaced", "rolled_back"])
                ),
                name="release_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["paused", "phased"])),
                fields=("mini_program",),
                name="one_phased_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "cancelled"), _negated=True),
                fields=("order",),
                name="one_release_of_an_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent__lte", 100),
                    models.Q(models.Q(("status", "online"), _negated=True), ("percent", 100), _connector="OR"),
                ),
                name="release_percent_to_100_and_all_when_online",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["cancelled", "replaced", "rolled_back"]), ("ended_at__isnull", False)),
                    models.Q(
                        models.Q(("status__in", ["cancelled", "replaced", "rolled_back"]), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="release_ended_at_exactly_when_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["paused", "phased"]), ("full_at__isnull", False)),
                    models.Q(models.Q(("status__in", ["paused", "phased"]), _negated=True), ("full_at__isnull", True)),
                    _connector="OR",
                ),
                name="release_full_at_exactly_while_in_phases",
            ),
        ),
        migrations.AddField(
            model_name="deskpolicy",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="helddecision",
            name="held_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="helddecision",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="held_decisions", to="releases.auditorder"
            ),
        ),
        migrations.AddField(
            model_name="helddecision",
            name="second_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ordermessage",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="releases.auditorder"
            ),
        ),
        migrations.AddField(
            model_name="ordermessage",
            name="person",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.wechatperson"
            ),
        ),
        migrations.AddField(
            model_name="ordermessage",
            name="staff",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewpicture",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="releases.ordermessage",
            ),
        ),
        migrations.AddField(
            model_name="reviewpicture",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="releases.auditorder"
            ),
        ),
        migrations.AddField(
            model_name="reviewpicture",
            name="person",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.wechatperson"
            ),
        ),
        migrations.AddField(
            model_name="reviewpicture",
            name="reason",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="releases.rejectionreason",
            ),
        ),
        migrations.AddField(
            model_name="reviewpicture",
            name="staff",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="mini_program",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="service", to="accounts.miniprogram"
            ),
        ),
        migrations.AddField(
            model_name="staffnote",
            name="mini_program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="staff_notes", to="accounts.miniprogram"
            ),
        ),
        migrations.AddField(
            model_name="staffnote",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="testaccount",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="test_account", to="releases.auditorder"
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("second_opinion_percent__lte", 100)), name="second_opinion_percent_to_100"
            ),
        ),
        migrations.AddConstraint(
            model_name="helddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["asked", "sampled"])), name="held_why_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="helddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["confirmed", "dropped", "open", "sent_back"])),
                name="held_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="helddecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "open")), fields=("order",), name="one_held_decision_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="helddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_by__isnull", True),
                    models.Q(("second_by", models.F("held_by")), _negated=True),
                    _connector="OR",
                ),
                name="second_opinion_of_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="helddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("second_at__isnull", True), ("second_by__isnull", True)),
                    models.Q(("second_at__isnull", False), ("second_by__isnull", False)),
                    _connector="OR",
                ),
                name="held_second_at_and_by",
            ),
        ),
        migrations.AddIndex(
            model_name="ordermessage",
            index=models.Index(fields=["order", "id"], name="order_messages"),
        ),
        migrations.AddConstraint(
            model_name="ordermessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["answer", "delay", "message", "note", "question"])),
                name="order_message_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ordermessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("staff__isnull", True)),
                    models.Q(("person__isnull", True), ("staff__isnull", False)),
                    _connector="OR",
                ),
                name="order_message_by_staff_or_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["closed", "never_published", "open", "suspended"])),
                name="service_status_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="staffnote",
            index=models.Index(fields=["mini_program", "-id"], name="staff_notes"),
        ),
        ForbidUpdates("releases_functionpage"),
        ForbidUpdates("releases_rejectionreason"),
        ForbidUpdates("releases_ordermessage"),
        ForbidUpdates("releases_staffnote"),
        migrations.RunPython(in_service, migrations.RunPython.noop),
    ]
