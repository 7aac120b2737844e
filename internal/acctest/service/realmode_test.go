// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// standIns puts, for what the tables name, what the workspace has: registered
// models and an environment, labels that are unique in their region, and, in a
// real one, certificates that can be read. In the emulator nothing changes.
func standIns(env *acctest.Env) *strings.Replacer {
	pairs := []string{
		`"iris:1"`, fmt.Sprintf("%q", env.Model),
		`"iris:2"`, fmt.Sprintf("%q", env.OtherModel),
		`"sklearn-env"`, fmt.Sprintf("%q", env.Environment),
	}
	for _, label := range []string{"my-label", "label-one", "label-two", "label-three"} {
		pairs = append(pairs, fmt.Sprintf("%q", label), fmt.Sprintf("%q", env.Name(label)))
	}
	if env.Emulator == nil {
		made := certificates()
		pairs = append(pairs, certOne, made.one, certTwo, made.two, keyOne, made.key)
	}
	return strings.NewReplacer(pairs...)
}

// certificates are two for one key, as HCL strings.
var certificates = sync.OnceValue(func() (made struct{ one, two, key string }) {
	quoted := func(kind string, der []byte, err error) string {
		if err != nil {
			panic(err)
		}
		return fmt.Sprintf("%q", pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	made.key = quoted("PRIVATE KEY", encoded, err)
	for serial, into := range []*string{&made.one, &made.two} {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(serial + 1)), Subject: pkix.Name{CommonName: "example.com"}, DNSNames: []string{"*.example.com"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		*into = quoted("CERTIFICATE", der, err)
	}
	return made
})

// families are attributes that have rules about each other.
var families = map[string]string{
	"num_replicas": "replicas", "autoscale": "replicas", "cpu_cores_limit": "cpu_cores", "memory_gb_limit": "memory_gb", "token_auth_enabled": "auth_enabled",
}

// gathered puts the changes of a table on as few services as there can be: in a
// real workspace each one costs minutes and money. In the emulator every change
// has its own service, so that its PATCH can be told from the others'.
func gathered(env *acctest.Env, changes []change) []change {
	if env.Emulator != nil {
		return changes
	}
	var services []change
	var taken []map[string]bool
	for _, c := range changes {
		touched, all := map[string]bool{}, attrs{}
		maps.Copy(all, c.first)
		maps.Copy(all, c.second)
		for name := range all {
			if family := families[name]; family != "" {
				name = family
			}
			touched[name] = true
		}
		fits := func(used map[string]bool) bool {
			for name := range touched {
				if used[name] {
					return false
				}
			}
			return true
		}
		at := slices.IndexFunc(taken, fits)
		if at < 0 {
			at = len(services)
			services = append(services, change{label: fmt.Sprintf("gathered-%d", at), first: attrs{}, second: attrs{}})
			taken = append(taken, map[string]bool{})
		}
		maps.Copy(services[at].first, c.first)
		maps.Copy(services[at].second, c.second)
		maps.Copy(taken[at], touched)
	}
	return services
}
