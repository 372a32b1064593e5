"""The overview for the first page of the admin, and its charts as they are drawn."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils.module_loading import import_string

from servicekit.overview import charts
from servicekit.overview.board import Board, Chart

register = template.Library()


@register.simple_tag(takes_context=True)
def overview_board(context: Context) -> Board | None:
    """What the service has to say to whoever asks; nothing to somebody who may see nothing of it."""
    request: HttpRequest = context["request"]
    found: Board | None = import_string(settings.OVERVIEW)(request) if settings.OVERVIEW else None
    return found


@register.filter
def drawn(chart: Chart) -> charts.Drawing:
    """The chart in rectangles and in words."""
    return charts.drawn(chart)
