//! Curves as SVG.

use std::path::Path;

use plotters::prelude::*;

use crate::report::Series;
use crate::server::Outcome;

/// Colours that are told apart in print and by everybody (Okabe and Ito).
const COLOURS: [RGBColor; 4] =
    [RGBColor(213, 94, 0), RGBColor(0, 114, 178), RGBColor(0, 158, 115), RGBColor(230, 159, 0)];

/// Of the axes and the legend.
const FONT: (&str, u32) = ("sans-serif", 16);

/// Draws curves, the times between the two in grey.
pub(crate) fn lines(
    path: &Path,
    [title, across, up]: [&str; 3],
    series: &[Series],
    grey: Option<(f64, f64)>,
) -> Outcome {
    let points = || series.iter().flat_map(|series| &series.points);
    let right = points().map(|point| point.0).fold(1.0, f64::max);
    let top = points().map(|point| point.1).fold(1.0, f64::max) * 1.05;
    let area = SVGBackend::new(path, (900, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 22))
        .margin(12)
        .x_label_area_size(48)
        .y_label_area_size(84)
        .build_cartesian_2d(0.0..right, 0.0..top)?;
    let round = |number: &f64| format!("{number:.0}");
    chart
        .configure_mesh()
        .x_desc(across)
        .y_desc(up)
        .label_style(FONT)
        .x_label_formatter(&round)
        .y_label_formatter(&round)
        .light_line_style(TRANSPARENT)
        .draw()?;
    if let Some((from, to)) = grey {
        let span = Rectangle::new([(from, 0.0), (to, top)], BLACK.mix(0.08).filled());
        chart.draw_series(std::iter::once(span))?;
    }
    for (series, colour) in series.iter().zip(COLOURS.iter().cycle()) {
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(series.points.iter().copied(), style))?
            .label(&series.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .label_font(FONT)
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .draw()?;
    area.present()?;
    Ok(())
}
