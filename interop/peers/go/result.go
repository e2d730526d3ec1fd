package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// result is a document that keeps the order of its fields.
type result []field

type field struct {
	name  string
	value any
}

// yaml writes maps in maps; what is no map is written as JSON, which is YAML too.
func (r result) yaml(indent string) string {
	var text strings.Builder
	for _, field := range r {
		if inner, isMap := field.value.(result); isMap {
			fmt.Fprintf(&text, "%s%s:\n%s", indent, field.name, inner.yaml(indent+"  "))
			continue
		}
		value, err := json.Marshal(field.value)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&text, "%s%s: %s\n", indent, field.name, value)
	}
	return text.String()
}

// summary tells of samples: quartiles interpolated, outliers apart, the range of those that are none.
func summary(seconds []float64, unitOf func(float64) float64, unit string) result {
	samples := make([]float64, len(seconds))
	for index, one := range seconds {
		samples[index] = unitOf(one)
	}
	slices.Sort(samples)
	q1, median, q3 := quantile(samples, 0.25), quantile(samples, 0.5), quantile(samples, 0.75)
	reach := 1.5 * (q3 - q1)
	usual, outliers := []float64{}, []float64{}
	for _, sample := range samples {
		if sample < q1-reach || sample > q3+reach {
			outliers = append(outliers, sample)
		} else {
			usual = append(usual, sample)
		}
	}
	least, most := 0.0, 0.0
	if len(usual) > 0 {
		least, most = usual[0], usual[len(usual)-1]
	}
	return result{
		{"iterations", len(samples)},
		{"min", least},
		{"q1", q1},
		{"median", median},
		{"q3", q3},
		{"max", most},
		{"outliers", outliers},
		{"samples", samples},
		{"unit", unit},
	}
}

func quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := float64(len(sorted)-1) * share
	below, above := sorted[int(math.Floor(at))], sorted[int(math.Ceil(at))]
	return below + (above-below)*(at-math.Floor(at))
}
