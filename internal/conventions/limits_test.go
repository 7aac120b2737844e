// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	limitRow = regexp.MustCompile("(?m)^\\| [^|]+ \\| ([^|]+) \\| `(internal/[\\w/]+\\.go)`: `([^`]+)` \\|$")
	spaces   = regexp.MustCompile(`[ \t]+`)
	number   = regexp.MustCompile(`[\d,]+`)
)

// shownAs returns the numbers that a page may show for the value of a constant.
func shownAs(expression string) []string {
	value := expression[strings.IndexAny(expression, "=:")+1:]
	value = strings.ReplaceAll(strings.TrimSpace(value), "_", "")
	first, shift, shifted := strings.Cut(value, " << ")
	count, err := strconv.Atoi(number.FindString(first))
	if err != nil {
		count = 1 // time.Hour
	}
	if bits, _ := strconv.Atoi(shift); shifted && bits%10 != 0 {
		return nil
	}
	return []string{strconv.Itoa(count)}
}

// Each limit of the provider in the guide is the constant that it names.
func TestLimitsAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	rows := limitRow.FindAllStringSubmatch(string(read(t, "docs/guides/limits.md")), -1)
	if len(rows) < 10 {
		t.Fatalf("only %d limits found", len(rows))
	}
	units := map[string]string{"<< 30": "GiB", "<< 20": "MiB", "<< 10": "KiB", "time.Minute": "minutes", "time.Hour": "hour"}
	for _, row := range rows {
		shown, file, constant := row[1], row[2], row[3]
		if source := spaces.ReplaceAllString(string(read(t, file)), " "); !strings.Contains(source, constant+"\n") && !strings.Contains(source, constant+",") && !strings.Contains(source, constant+" ") {
			t.Errorf("%s does not have %q", file, constant)
		}
		if got := strings.ReplaceAll(number.FindString(shown), ",", ""); len(shownAs(constant)) != 1 || got != shownAs(constant)[0] {
			t.Errorf("%s is shown as %s", constant, shown)
		}
		for sign, unit := range units {
			if strings.HasSuffix(constant, sign) && !strings.Contains(shown, unit) {
				t.Errorf("%s is shown as %s, without %s", constant, shown, unit)
			}
		}
	}
}
