"""The store of code packages: a normalised zip per program, named by its SHA-256, kept once."""

import hashlib
import io
import zipfile

from django.core.files.base import ContentFile

from developers.models import CodePackage
from developers.packages.inspection import Inspection
from developers.packages.tree import SourceTree
from platform_site.kernel.clock import now
from platform_site.kernel.models import hold


def normalised_zip(tree: SourceTree) -> bytes:
    """The same bytes for the same files, on every machine: sorted, stored, without dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in tree:
            entry = zipfile.ZipInfo(path)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, tree.files[path])
    return out.getvalue()


def keep(inspection: Inspection) -> CodePackage:
    """The row and the file of this program, in the caller's transaction; two at once keep one.

    The file is written before the row, so that no row is without its file. A file without a row (of a transaction that
    was rolled back) is written anew.
    """
    data = normalised_zip(inspection.tree)
    sha256 = hashlib.sha256(data).hexdigest()
    hold(f"package:{sha256[:2]}")
    if (known := CodePackage.objects.filter(sha256=sha256).first()) is not None:
        return known
    storage = CodePackage._meta.get_field("file").storage
    name = f"packages/{sha256}.zip"
    if storage.exists(name):
        storage.delete(name)
    return CodePackage.objects.create(
        sha256=sha256,
        file=storage.save(name, ContentFile(data)),
        size=inspection.tree.size(),
        facts=inspection.facts | {"report": inspection.report.as_json()},
        stored_at=now(),
    )
