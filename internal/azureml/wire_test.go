// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

var workspaceID = resourceid.Workspace{
	SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg demo", Name: "ws-demo",
}

const (
	idPath = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"
	// Every API is mounted below a prefix of its own, so that a request to a
	// composed address fails.
	armPath  = "/arm/prefix" + idPath
	discPath = "/disc/prefix/discovery"
	mmPath   = "/mm/prefix/modelmanagement/v1.0" + idPath
	expPath  = "/exp/prefix/environment/v1.0" + idPath
	irisPath = mmPath + "/services/iris"
)

// exchange is a request as the server saw it.
type exchange struct {
	Method, Path, Query, Body string
	Header                    http.Header
	Secret                    bool // carried the bearer token
}

// wire is a server that speaks what a test scripts.
type wire struct {
	t      *testing.T
	url    string
	http   *http.Client // of the network that the server is in
	client *azureml.Client
	ws     *azureml.Workspace

	mu      sync.Mutex
	scripts map[string][]http.HandlerFunc
	other   http.HandlerFunc // for requests without a script; nil: they are errors
	log     []exchange
}

// newWire serves a workspace with its discovery, and what on adds.
func newWire(t *testing.T, change ...func(*azureml.Config)) *wire {
	t.Helper()
	api := &wire{t: t, scripts: map[string][]http.HandlerFunc{}}
	api.url, api.http = workspacetest.URL, workspacetest.NewNetwork(t, api).Client(t)
	api.on("GET", armPath, answer(200, `{"id":"`+idPath+`","name":"ws-demo","location":"West Europe","properties":{
		"workspaceId":"guid","discoveryUrl":"`+api.url+discPath+`?a=b"}}`))
	api.on("GET", discPath, answer(200, `{"api":"https://unused.invalid","modelmanagement":"`+api.url+`/mm/prefix/",
		"experimentation":"`+api.url+`/exp/prefix"}`))
	api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "op-0", "{}")))
	config := azureml.Config{
		Credential: token("bearer-of-the-test"), ResourceManagerEndpoint: api.url + "/arm/prefix/",
		TokenScope: "https://management.example/.default", UserAgent: "mlws-test/1.2 (x)", Transport: api.http, Timing: fast,
	}
	for _, c := range change {
		c(&config)
	}
	client, err := azureml.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	api.client, api.ws = client, client.Workspace(workspaceID)
	// A look-up that is shared outlives the one who asked for it, and ends before
	// the server does.
	t.Cleanup(func() { time.Sleep(time.Minute) })
	return api
}

// fast is the Timing of the tests.
var fast = azureml.Timing{
	FirstPoll: time.Millisecond, MaxPoll: 4 * time.Millisecond, Retry: time.Millisecond, Try: 3 * time.Second,
	Verify: 300 * time.Millisecond, KeyVisible: 300 * time.Millisecond, Busy: 200 * time.Millisecond, Grace: 300 * time.Millisecond,
}

// on scripts the replies to one request; the last one repeats.
func (a *wire) on(method, path string, replies ...http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.scripts[method+" "+path] = replies
}

// ServeHTTP implements http.Handler.
func (a *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	key := r.Method + " " + r.URL.Path
	a.mu.Lock()
	a.log = append(a.log, exchange{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Body: string(body), Header: r.Header.Clone(),
		Secret: strings.Contains(r.Header.Get("Authorization"), "bearer-of-the-test"),
	})
	script := a.scripts[key]
	if len(script) > 1 {
		a.scripts[key] = script[1:]
	}
	other := a.other
	a.mu.Unlock()
	if len(script) == 0 && other != nil {
		other(w, r)
		return
	}
	if len(script) == 0 {
		a.t.Errorf("unexpected request %s", key)
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	script[0](w, r)
}

// asked returns the requests of one method with a path that ends with suffix.
func (a *wire) asked(method, suffix string) []exchange {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []exchange
	for _, e := range a.log {
		if e.Method == method && strings.HasSuffix(e.Path, suffix) {
			found = append(found, e)
		}
	}
	return found
}

func (a *wire) wantCount(method, suffix string, want int) {
	a.t.Helper()
	if got := len(a.asked(method, suffix)); got != want {
		a.t.Errorf("%d requests %s …%s, want %d", got, method, suffix, want)
	}
}

// answer replies with a status, headers ("Name: value") and a body.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// does runs the work, and then replies.
func does(work func(), then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		work()
		then(w, r)
	}
}

// reset breaks the connection without a reply.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// cutOff promises more of a body than it sends.
func cutOff(status int, body string, headers ...string) http.HandlerFunc {
	return answer(status, body, append(headers, "Content-Length: "+strconv.Itoa(len(body)+100))...)
}

const htmlPage = "<html><head><title>504 Gateway Time-out</title></head><body>nginx</body></html>"

// token is a credential that always has a token.
type token string

// GetToken implements azcore.TokenCredential.
func (c token) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(c), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// within gives a test's call a deadline.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func serviceJSON(state, operation, properties string) string {
	return `{"id":"iris","name":"iris","computeType":"ACI","state":"` + state + `","operationId":"` + operation +
		`","kvTags":{},"properties":` + properties + `,"createdTime":"2021-04-01T12:34:56.1234567Z"}`
}

const missing = `{"code":"NotFound","statusCode":404,"message":"no such service"}`

func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
	if strings.ContainsAny(err.Error(), "\n{<") {
		t.Errorf("error is not one readable line: %q", err)
	}
	if strings.Contains(err.Error(), "bearer-of-the-test") {
		t.Errorf("error shows the token: %q", err)
	}
}

// run runs a subtest in synthetic time.
func run(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}
