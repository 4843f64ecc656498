//! `icon-192.png` and `icon-512.png`, drawn from the rectangles of `www/icon.svg`: home screens take no
//! drawings. The background reaches the edges and the drawing stays in the middle, as systems cut icons
//! to shapes of their own.

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::Write as _;

use crate::util::failure::{Failure, Result};

/// Colour of the page, behind the drawing.
const PAPER: [f64; 3] = [251.0, 250.0, 246.0];
/// Width and height of the drawing in its own units.
const UNITS: f64 = 32.0;
/// Part of the icon's width that the drawing takes.
const PART: f64 = 0.72;
/// Samples of a pixel in each direction.
const SAMPLES: u32 = 4;

/// A rectangle with round corners, turned around a point.
#[derive(Debug, Clone, PartialEq)]
struct Rect {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    radius: f64,
    turn: Option<[f64; 3]>,
    fill: [f64; 3],
}

impl Rect {
    fn holds(&self, mut x: f64, mut y: f64) -> bool {
        if let Some([degrees, around_x, around_y]) = self.turn {
            let (sin, cos) = (-degrees).to_radians().sin_cos();
            let (dx, dy) = (x - around_x, y - around_y);
            (x, y) = (
                around_x + dx * cos - dy * sin,
                around_y + dx * sin + dy * cos,
            );
        }
        let (dx, dy) = (x - self.x, y - self.y);
        if dx < 0.0 || dy < 0.0 || dx > self.width || dy > self.height {
            return false;
        }
        let beyond = |at: f64, length: f64| {
            let inner = at.clamp(self.radius, length - self.radius);
            at - inner
        };
        beyond(dx, self.width).hypot(beyond(dy, self.height)) <= self.radius
    }
}

/// The icon as PNG, `size` pixels wide and high.
pub(crate) fn png(svg: &str, size: u32) -> Result<Vec<u8>> {
    let rects = rects(svg).ok_or_else(|| {
        Failure::new("www/icon.svg holds something else than rectangles")
            .help("`xtask/src/icons.rs` draws no more than that")
    })?;
    let mut lines = Vec::new();
    for y in 0..size {
        // Each line says how it is filtered: not at all.
        lines.push(0);
        for x in 0..size {
            lines.extend(pixel(&rects, x, y, size));
        }
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let packed = packed
        .write_all(&lines)
        .and_then(|()| packed.finish())
        .map_err(|error| Failure::new(format!("icons: {error}")))?;
    let mut head = Vec::new();
    head.extend(size.to_be_bytes());
    head.extend(size.to_be_bytes());
    // Eight bits for each of red, green and blue; no interlacing.
    head.extend([8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"IDAT", &packed);
    chunk(&mut out, b"IEND", &[]);
    Ok(out)
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(crc.sum().to_be_bytes());
}

fn pixel(rects: &[Rect], x: u32, y: u32, size: u32) -> [u8; 3] {
    let unit = UNITS / (f64::from(size) * PART);
    let margin = f64::from(size) * (1.0 - PART) / 2.0;
    let place = |pixel: u32, sample: u32| {
        let at = f64::from(pixel) + (f64::from(sample) + 0.5) / f64::from(SAMPLES);
        (at - margin) * unit
    };
    let mut sum = [0.0; 3];
    for (dx, dy) in (0..SAMPLES).flat_map(|dx| (0..SAMPLES).map(move |dy| (dx, dy))) {
        let (at_x, at_y) = (place(x, dx), place(y, dy));
        let top = rects.iter().rev().find(|rect| rect.holds(at_x, at_y));
        let colour = top.map_or(PAPER, |rect| rect.fill);
        for (sum, part) in sum.iter_mut().zip(colour) {
            *sum += part;
        }
    }
    sum.map(|sum| (sum / f64::from(SAMPLES * SAMPLES)).round() as u8)
}

/// The rectangles of a drawing that holds nothing else.
fn rects(svg: &str) -> Option<Vec<Rect>> {
    let inside = svg.trim().strip_prefix("<svg ")?.strip_suffix("</svg>")?;
    let (_, inside) = inside.split_once('>')?;
    inside
        .split_terminator("/>")
        .map(|element| rect(element.trim().strip_prefix("<rect ")?))
        .collect()
}

fn rect(attributes: &str) -> Option<Rect> {
    let text = |name: &str| {
        let (_, rest) = format!(" {attributes}")
            .split_once(&format!(" {name}=\""))
            .map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        Some(rest.split('"').next()?.to_owned())
    };
    let number = |name: &str| text(name)?.parse().ok();
    let fill = text("fill")?;
    let part = |at: usize| {
        let digits = fill.strip_prefix('#')?.get(at..at + 2)?;
        u8::from_str_radix(digits, 16).ok().map(f64::from)
    };
    let turn = match text("transform") {
        None => None,
        Some(told) => {
            let told = told.strip_prefix("rotate(")?.strip_suffix(')')?.to_owned();
            let numbers: Vec<f64> = told.split(' ').filter_map(|one| one.parse().ok()).collect();
            Some(numbers.try_into().ok()?)
        }
    };
    Some(Rect {
        x: number("x")?,
        y: number("y")?,
        width: number("width")?,
        height: number("height")?,
        radius: number("rx")?,
        turn,
        fill: [part(0)?, part(2)?, part(4)?],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns=\"x\" viewBox=\"0 0 32 32\"><rect x=\"0\" y=\"0\" width=\"16\" \
        height=\"32\" rx=\"1\" fill=\"#010203\"/><rect x=\"16\" y=\"8\" width=\"8\" height=\"8\" \
        rx=\"0\" transform=\"rotate(90 16 16)\" fill=\"#040506\"/></svg>";

    #[test]
    fn rectangles_are_where_the_drawing_has_them() {
        let rects = rects(SVG).expect("rectangles");
        assert_eq!(rects[0].fill, [1.0, 2.0, 3.0]);
        assert!(rects[0].holds(8.0, 16.0) && !rects[0].holds(17.0, 16.0));
        assert!(!rects[0].holds(0.1, 0.1), "a round corner");
        // A quarter turn clockwise: what was above the point is on its right.
        assert!(rects[1].holds(20.0, 20.0) && !rects[1].holds(20.0, 12.0));
        assert_eq!(super::rects("<svg a><circle r=\"1\"/></svg>"), None);
    }

    #[test]
    fn the_icon_is_a_picture_of_that_size() {
        let png = png(SVG, 64).expect("a picture");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40\x08\x02"));
        assert!(png.ends_with(b"IEND\xaeB`\x82"));
        let rects = super::rects(SVG).expect("rectangles");
        assert_eq!(pixel(&rects, 24, 32, 64), [1, 2, 3]);
        assert_eq!(pixel(&rects, 1, 1, 64), PAPER.map(|part| part as u8));
    }
}
