"""How do the layers look in Grafana? One dashboard each, built with Grafana's own types.

The only module that imports grafana-foundation-sdk, a tool of development: a server runs without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from grafana_foundation_sdk.builders import common as part
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common, dashboard

from lessons.observability.panel import PHASES, Layer, Panel, Threshold, Unit

DATASOURCE = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")
UNITS: dict[Unit, str] = {
    "fraction": "percentunit",
    "s": "s",
    "rps": "reqps",
    "messages": "short",
    "count": "none",
    "times": "suffix:×",
    "yes_no": "bool_yes_no",
}
WIDTH, HEIGHT = 8, 8  # three of 24 columns' width beside one another
IDS_A_LAYER = 100


def dashboard_texts(layers: tuple[Layer, ...], *, service: str) -> dict[str, str]:
    """The JSON of each layer's dashboard by the layer's slug."""
    encoder = JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False)
    titles = {layer.slug: layer.title for layer in layers}
    return {
        layer.slug: encoder.encode(_dashboard(layer, place, titles, service)) + "\n"
        for place, layer in enumerate(layers, start=1)
    }


def uid(service: str, slug: str) -> str:
    """What Grafana calls a dashboard in its address."""
    return f"{service}-{slug}"


def _dashboard(layer: Layer, place: int, titles: dict[str, str], service: str) -> dashboard.Dashboard:
    below = layer.panels[0].below
    made = (
        build.Dashboard(f"{service.title()} {place}: {layer.title}")
        .uid(uid(service, layer.slug))
        .description(layer.question)
        .tags([service, "multi-region"])
        .editable()
        .refresh("10s")
        .time("now-1h", "now")
        .timezone("browser")
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .link(_link(below, titles[below], service).keep_time(True).include_vars(True))
        .annotation(_rings())
    )
    for variable in _variables():
        made = made.with_variable(variable)
    ids = iter(range(place * IDS_A_LAYER, (place + 1) * IDS_A_LAYER))
    for phase, title in PHASES.items():
        panels = layer.of_phase(phase)
        if panels:
            made = made.with_row(build.Row(title).id(next(ids)))
        for panel in panels:
            made = made.with_panel(_panel(panel, next(ids), titles, service))
    return made.build()


def _variables() -> Iterator[build.DatasourceVariable | build.QueryVariable]:
    """The Prometheus to ask, the service, and one region, several or all of them."""
    yield build.DatasourceVariable("datasource").label("Prometheus").type("prometheus")
    yield (
        build.QueryVariable("service")
        .label("Service")
        .datasource(DATASOURCE)
        .query("label_values(http_requests_total, service)")
        .refresh(dashboard.VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
    )
    yield (
        build.QueryVariable("region")
        .label("Region")
        .datasource(DATASOURCE)
        .query('label_values(http_requests_total{service="$service"}, region)')
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".+")
        .current(dashboard.VariableOption(selected=True, text="All", value="$__all"))
    )


def _rings() -> build.AnnotationQuery:
    """A mark on every graph while an alert rings."""
    return (
        build.AnnotationQuery()
        .name("Alerts that ring")
        .datasource(DATASOURCE)
        .expr('ALERTS{alertstate="firing",service="$service"}')
        .icon_color("red")
        .enable(True)
    )


def _panel(panel: Panel, number: int, titles: dict[str, str], service: str) -> timeseries.Panel:
    return (
        timeseries.Panel()
        .id(number)
        .title(panel.title)
        .description(_described(panel))
        .datasource(DATASOURCE)
        .with_target(
            Dataquery().expr(panel.expr).legend_format(panel.legend).ref_id("A").range().datasource(DATASOURCE)
        )
        .unit(UNITS[panel.unit])
        .thresholds(_thresholds(panel.threshold))
        .thresholds_style(part.GraphThresholdsStyleConfig().mode(common.GraphTresholdsStyleMode.DASHED))
        .legend(
            part.VizLegendOptions()
            .show_legend(True)
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
        )
        .line_width(2)
        .span(WIDTH)
        .height(HEIGHT)
        .links([_link(panel.below, titles[panel.below], service, "?${__url_time_range}&${__all_variables}")])
    )


def _described(panel: Panel) -> str:
    alerts = f" Watched by {', '.join(panel.alerts)}." if panel.alerts else ""
    return f"{panel.question} {panel.description} Red: {panel.threshold.words}{alerts}"


def _link(slug: str, title: str, service: str, query: str = "") -> build.DashboardLink:
    return (
        build.DashboardLink(f"Next: {title}")
        .type(dashboard.DashboardLinkType.LINK)
        .url(f"/d/{uid(service, slug)}{query}")
    )


def _thresholds(threshold: Threshold) -> build.ThresholdsConfig:
    """Grafana colours a value from a step on; the first step has no lower end."""
    good, bad = "green", "red"
    steps = {
        "above": [(None, good), (threshold.value, bad)],
        "below": [(None, bad), (threshold.value, good)],
        "other_than": [(None, bad), (threshold.value, good), (threshold.value + 0.5, bad)],
    }[threshold.side]
    return (
        build.ThresholdsConfig()
        .mode(dashboard.ThresholdsMode.ABSOLUTE)
        .steps([dashboard.Threshold(value=value, color=color) for value, color in steps])
    )
