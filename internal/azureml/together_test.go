// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/gather"
)

// keyOfTheTest is a key that the services of many quote in an error.
const keyOfTheTest = "key-of-the-test"

// many serves this many services, named s0, s1, …, in pages of ten.
func many(t *testing.T, n int) *wire {
	t.Helper()
	api := newWire(t)
	document := func(i int) string {
		name := fmt.Sprintf("s%d", i)
		return strings.NewReplacer(`"id":"iris"`, `"id":"`+name+`"`, `"name":"iris"`, `"name":"`+name+`"`, "Couldn't", keyOfTheTest).Replace(aksService)
	}
	for i := range n {
		api.on("GET", fmt.Sprintf("%s/services/s%d", mmPath, i), answer(200, document(i)))
	}
	api.on("GET", mmPath+"/services", func(w http.ResponseWriter, r *http.Request) {
		begin := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("$skipToken"), &begin)
		var items []string
		for i := begin; i < min(begin+10, n); i++ {
			items = append(items, document(i))
		}
		next := ""
		if begin+10 < n {
			next = fmt.Sprintf(`,"nextLink":"%s/x?$skipToken=%d"`, api.url, begin+10)
		}
		answer(200, `{"value":[`+strings.Join(items, ",")+`]`+next+`}`)(w, r)
	})
	return api
}

// together calls a function for this many services, ten at a time.
func together(n int, read func(i int)) {
	var all sync.WaitGroup
	free := make(chan struct{}, 10)
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			read(i)
			<-free
		})
	}
	all.Wait()
}

// wantReads asserts the requests for services since the last such call.
func (a *wire) wantReads(single, pages int) {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	gotSingle, gotPages := 0, 0
	for _, e := range a.log {
		switch {
		case e.Method != http.MethodGet:
		case path.Base(e.Path) == "services":
			gotPages++
		case path.Base(path.Dir(e.Path)) == "services":
			gotSingle++
		}
	}
	a.log = nil
	if gotSingle != single || gotPages != pages {
		a.t.Errorf("%d single reads and %d pages, want %d and %d", gotSingle, gotPages, single, pages)
	}
}

// Reads that come together are single requests for a few, and then a walk over the list,
// and give the same services.
func TestReadServiceTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := many(t, 50)
		api.on("POST", mmPath+"/services/s0/listkeys", answer(200, `{"primaryKey":"`+keyOfTheTest+`","secondaryKey":"s"}`))
		if _, err := api.ws.ListKeys(t.Context(), "s0"); err != nil {
			t.Fatal(err)
		}
		together(50, func(i int) {
			name := fmt.Sprintf("s%d", i)
			read, err := api.ws.ReadService(t.Context(), name)
			if err == nil && read.Name != name {
				err = fmt.Errorf("got %s", read.Name)
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		pages := api.asked("GET", "/services")
		api.wantReads(gather.Few, 5)
		if query, _ := url.ParseQuery(pages[0].Query); query.Encode() != "expand=true&orderby=CreatedAtAsc" {
			t.Errorf("the first page is asked for with %s", query.Encode())
		}
		// Each service of the list is what a GET returns.
		for _, name := range []string{"s0", "s33"} {
			gathered, err := api.ws.ReadService(t.Context(), strings.ToUpper(name))
			if err != nil {
				t.Fatal(err)
			}
			single, err := api.ws.GetService(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			if text := gathered.DeploymentStatus.Error.Message; strings.Contains(text, keyOfTheTest) {
				t.Errorf("%s shows a key: %s", name, text)
			}
			if !reflect.DeepEqual(single, gathered) {
				t.Errorf("%s: a single read gives\n%+v\nand the list\n%+v", name, single, gathered)
			}
		}
		api.wantReads(2, 0)
	})
}

// A service that this process changes, or reads elsewhere, is read again: the list was
// read while the change was on its way.
func TestReadServiceAfterAChange(t *testing.T) {
	const s3 = "/services/s3"
	slowly := func(then http.HandlerFunc) http.HandlerFunc {
		return does(func() { time.Sleep(time.Second) }, then)
	}
	accepted := slowly(answer(202, "", "Operation-Location: https://old.example/x/operations/op-1"))
	for name, tc := range map[string]struct {
		script func(*wire)
		change func(context.Context, *azureml.Workspace) error
	}{
		"patch": {func(api *wire) { api.on("PATCH", mmPath+s3, accepted) }, func(ctx context.Context, ws *azureml.Workspace) error {
			_, err := ws.PatchService(ctx, "s3", nil)
			return err
		}},
		"a patch that fails": {func(api *wire) { api.on("PATCH", mmPath+s3, slowly(answer(400, `{"code":"BadRequest"}`))) }, func(ctx context.Context, ws *azureml.Workspace) error {
			if _, err := ws.PatchService(ctx, "s3", nil); err == nil {
				return errors.New("no error")
			}
			return nil
		}},
		"delete": {func(api *wire) { api.on("DELETE", mmPath+s3, accepted) }, func(ctx context.Context, ws *azureml.Workspace) error {
			_, err := ws.DeleteService(ctx, "s3")
			return err
		}},
		"overwrite": {func(api *wire) { api.on("POST", mmPath+"/services", accepted) }, func(ctx context.Context, ws *azureml.Workspace) error {
			_, err := ws.CreateService(ctx, azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: "s3"}, Overwrite: true})
			return err
		}},
		"a wait": {func(api *wire) {
			answers := api.scripts["GET "+mmPath+s3]
			api.on("GET", mmPath+s3, slowly(answers[0]), answers[0])
		}, func(ctx context.Context, ws *azureml.Workspace) error {
			_, err := ws.GetService(ctx, "s3")
			return err
		}},
	} {
		run(t, name, func(t *testing.T) {
			api := many(t, 20)
			read := func(i int) {
				if _, err := api.ws.ReadService(t.Context(), fmt.Sprintf("s%d", i)); err != nil {
					t.Error(err)
				}
			}
			tc.script(api)
			done := make(chan error)
			go func() { done <- tc.change(t.Context(), api.ws) }()
			synctest.Wait() // the request is on its way
			together(20, read)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			api.mu.Lock()
			api.log = nil
			api.mu.Unlock()
			read(3)
			read(14)
			api.wantReads(1, 0)
		})
	}
}

// A listing after reads that came together sends nothing, and else its own request.
func TestReadServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := many(t, 20)
		count := func() (n int) {
			for _, err := range api.ws.ReadServices(t.Context(), azureml.ListServicesOptions{ComputeType: "AKS"}) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			return n
		}
		if n := count(); n != 20 {
			t.Errorf("%d services", n)
		}
		api.wantReads(0, 2)
		together(20, func(i int) { _, _ = api.ws.ReadService(t.Context(), fmt.Sprintf("s%d", i)) })
		api.wantReads(gather.Few, 2)
		if n := count(); n != 20 {
			t.Errorf("%d services of the walk", n)
		}
		api.wantReads(0, 0)
		time.Sleep(gather.Fresh + time.Second)
		count()
		api.wantReads(0, 2)
	})
}

// A read that waits for others ends with its context, and says what it waited for.
func TestReadServiceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := many(t, 20)
		api.on("GET", mmPath+"/services", does(func() { time.Sleep(time.Second) }, answer(500, "")))
		together(gather.Few, func(i int) { _, _ = api.ws.ReadService(t.Context(), fmt.Sprintf("s%d", i)) })
		_, err := api.ws.ReadService(within(t, 100*time.Millisecond), "s12")
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%T", err)
		}
		wantText(t, err, `service "s12" to be read`)
	})
}

// Calls for the keys of one service at the same time share a request.
func TestListKeysTogether(t *testing.T) {
	slow := func(keys string) http.HandlerFunc {
		return does(func() { time.Sleep(time.Second) }, answer(200, keys))
	}
	const first, second = `{"primaryKey":"p1","secondaryKey":"s1"}`, `{"primaryKey":"p2","secondaryKey":"s2"}`
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("POST", irisPath+"/listkeys", slow(first), slow(second))
		together(5, func(int) {
			if keys, err := api.ws.ListKeys(t.Context(), "iris"); err != nil || keys.Primary != "p1" {
				t.Errorf("%v", err)
			}
		})
		api.wantCount("POST", "/listkeys", 1)
		if keys, err := api.ws.ListKeys(t.Context(), "iris"); err != nil || keys.Primary != "p2" {
			t.Errorf("a later call: %v", err)
		}
	})
	run(t, "not with one that began before a change", func(t *testing.T) {
		api := newWire(t)
		api.on("POST", irisPath+"/listkeys", slow(first), answer(200, second))
		api.on("PATCH", irisPath, answer(200, ""))
		go func() { _, _ = api.ws.ListKeys(t.Context(), "iris") }()
		synctest.Wait()
		if _, err := api.ws.PatchService(t.Context(), "iris", nil); err != nil {
			t.Fatal(err)
		}
		if keys, err := api.ws.ListKeys(t.Context(), "iris"); err != nil || keys.Primary != "p2" {
			t.Errorf("%v", err)
		}
	})
	run(t, "the call that sent it ends", func(t *testing.T) {
		api := newWire(t)
		api.on("POST", irisPath+"/listkeys", slow(first), answer(200, second))
		ctx := within(t, 100*time.Millisecond)
		go func() { _, _ = api.ws.ListKeys(ctx, "iris") }()
		synctest.Wait()
		if keys, err := api.ws.ListKeys(t.Context(), "iris"); err != nil || keys.Primary != "p2" {
			t.Errorf("%v", err)
		}
	})
	run(t, "a call that waits ends", func(t *testing.T) {
		api := newWire(t)
		api.on("POST", irisPath+"/listkeys", slow(first))
		go func() { _, _ = api.ws.ListKeys(t.Context(), "iris") }()
		synctest.Wait()
		_, err := api.ws.ListKeys(within(t, 100*time.Millisecond), "iris")
		wantText(t, err, `the keys of service "iris" to be read`)
		api.wantCount("POST", "/listkeys", 1)
	})
}
