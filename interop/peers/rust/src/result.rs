//! Documents that keep the order of their fields, as YAML, and what is told of samples.

use serde_json::{json, Value};

pub struct Document(Vec<(&'static str, Field)>);

enum Field {
    Plain(Value),
    Inner(Document),
}

impl Document {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn plain(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, Field::Plain(value.into())));
        self
    }

    pub fn inner(mut self, name: &'static str, document: Document) -> Self {
        self.0.push((name, Field::Inner(document)));
        self
    }

    /// Maps in maps; what is no map is written as JSON, which is YAML too.
    pub fn yaml(&self, indent: &str) -> String {
        self.0
            .iter()
            .map(|(name, field)| match field {
                Field::Plain(value) => format!("{indent}{name}: {value}\n"),
                Field::Inner(inner) => {
                    format!("{indent}{name}:\n{}", inner.yaml(&format!("{indent}  ")))
                }
            })
            .collect()
    }
}

/// Quartiles interpolated, outliers apart, the range of those that are none.
pub fn summary(mut samples: Vec<f64>, unit: &str) -> Document {
    samples.sort_by(f64::total_cmp);
    let [q1, median, q3] = [0.25, 0.5, 0.75].map(|share| quantile(&samples, share));
    let reach = 1.5 * (q3 - q1);
    let (outliers, usual): (Vec<f64>, Vec<f64>) = samples
        .iter()
        .partition(|&&sample| sample < q1 - reach || sample > q3 + reach);
    Document::new()
        .plain("iterations", samples.len())
        .plain("min", usual.first().copied().unwrap_or(0.0))
        .plain("q1", q1)
        .plain("median", median)
        .plain("q3", q3)
        .plain("max", usual.last().copied().unwrap_or(0.0))
        .plain("outliers", json!(outliers))
        .plain("samples", json!(samples))
        .plain("unit", unit)
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    let at = (sorted.len() - 1) as f64 * share;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * (at - at.floor())
}
