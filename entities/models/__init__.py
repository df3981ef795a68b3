"""Who stands behind a Mini Program: entity, standing, administrator; its profile and categories; papers and drafts."""

from entities.models.entity import AdministratorRecord, Entity, EntityPaper, EntityType, Standing, VerificationMethod
from entities.models.papers import Draft, Paper
from entities.models.profile import (
    CategoryPaper,
    ChangeKind,
    NameApplication,
    NamePaper,
    Profile,
    ProfileChange,
    ServiceCategory,
)

__all__ = [
    "AdministratorRecord",
    "CategoryPaper",
    "ChangeKind",
    "Draft",
    "Entity",
    "EntityPaper",
    "EntityType",
    "NameApplication",
    "NamePaper",
    "Paper",
    "Profile",
    "ProfileChange",
    "ServiceCategory",
    "Standing",
    "VerificationMethod",
]
