// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
)

// Unmarshal is json.Unmarshal, and reads numbers such as 1.0 and 1e3 as the
// integers that they are.
func Unmarshal(data []byte, target any) error {
	err := json.Unmarshal(data, target)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && len(wrong.Value) > 6 && wrong.Value[:6] == "number" {
		return json.Unmarshal(wholeNumbers(data), target)
	}
	return err
}

// tokens are the strings of a JSON text, which are left alone, and its numbers.
var tokens = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`)

// maxWhole is the largest integer up to which a float64 holds every one.
const maxWhole = 1 << 53

// wholeNumbers writes the numbers of a JSON text that are integers as such.
func wholeNumbers(data []byte) []byte {
	return tokens.ReplaceAllFunc(data, func(token []byte) []byte {
		value, err := strconv.ParseFloat(string(token), 64) // fails for a string, by its quotes
		if err != nil || value != math.Trunc(value) || math.Abs(value) > maxWhole {
			return token
		}
		if _, err := strconv.ParseInt(string(token), 10, 64); err == nil {
			return token
		}
		return strconv.AppendInt(nil, int64(value), 10)
	})
}
