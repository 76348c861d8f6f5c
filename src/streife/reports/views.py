"""Photos for staff; everything else about reports is shown by the surfaces."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from streife.accounts.queries import actor_from
from streife.reports.queries import photo_for, picture_bytes


@never_cache
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """Show one photo to whoever may see its report."""
    picture = photo_for(actor_from(request), photo_id)
    response = HttpResponse(picture_bytes(picture.path), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = 'inline; filename="foto.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
