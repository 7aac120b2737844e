// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// FaultKind names what goes wrong.
type FaultKind string

// Faults of the answer.
const (
	FaultThrottle             FaultKind = "throttle"             // 429 with Retry-After
	FaultInternalError        FaultKind = "internalError"        // 500
	FaultUnavailable          FaultKind = "unavailable"          // 503, with Retry-After where RetryAfter is set
	FaultBadGateway           FaultKind = "badGateway"           // 502 with an HTML body
	FaultGatewayTimeout       FaultKind = "gatewayTimeout"       // 504 with an HTML body
	FaultError                FaultKind = "error"                // Status, Code and Message as given
	FaultResetBefore          FaultKind = "resetBefore"          // connection reset, nothing done
	FaultResetAfter           FaultKind = "resetAfter"           // everything done, then connection reset
	FaultSlowBody             FaultKind = "slowBody"             // the second half of the body comes after Delay
	FaultTruncatedJSON        FaultKind = "truncatedJSON"        // half of the body, as if it were whole
	FaultBusy                 FaultKind = "busy"                 // 409, an operation is in progress
	FaultExists               FaultKind = "exists"               // 409 ServiceExists
	FaultCapacity             FaultKind = "capacity"             // 409 ServiceUnavailable: the region has no room
	FaultTokenOutage          FaultKind = "tokenOutage"          // ServiceToken: the workspace's region is down
	FaultStaleKeys            FaultKind = "staleKeys"            // ListKeys: the keys before the last regenerate
	FaultOverwriteChangesKeys FaultKind = "overwriteChangesKeys" // CreateService with overwrite: new keys
)

// Faults of the operation that the call starts.
const (
	FaultOperationFailed    FaultKind = "operationFailed"
	FaultOperationCancelled FaultKind = "operationCancelled"
	FaultOperationTimedOut  FaultKind = "operationTimedOut"
	FaultOperationEndless   FaultKind = "operationEndless" // until ClearFaults, which times it out
	FaultUnhealthyLater     FaultKind = "unhealthyLater"   // succeeds; the service is Unhealthy Delay later
	FaultHealthyLater       FaultKind = "healthyLater"     // times out; the service is Healthy Delay later all the same
)

var faultKinds = []FaultKind{
	FaultThrottle, FaultInternalError, FaultUnavailable, FaultBadGateway, FaultGatewayTimeout, FaultError, FaultResetBefore,
	FaultResetAfter, FaultSlowBody, FaultTruncatedJSON, FaultBusy, FaultExists, FaultCapacity, FaultTokenOutage, FaultStaleKeys,
	FaultOverwriteChangesKeys, FaultOperationFailed, FaultOperationCancelled, FaultOperationTimedOut, FaultOperationEndless, FaultUnhealthyLater,
	FaultHealthyLater,
}

// FaultKinds are all that can be ordered.
func FaultKinds() []FaultKind { return slices.Clone(faultKinds) }

func (k FaultKind) known() bool { return slices.Contains(faultKinds, k) }

// Fault is an order for something to go wrong.
type Fault struct {
	// Operation is the name in the request log, such as "CreateService"; empty
	// is every operation, sign-in included (or the only one that the kind makes
	// sense for). The control API has no faults.
	Operation string    `json:"operation"`
	Service   string    `json:"service"` // only for calls about the service of this name; empty is any
	Kind      FaultKind `json:"kind"`
	// Times is how often it happens; 0 is every time until ClearFaults. Skip
	// lets the first matching calls pass. Probability, between 0 and 1, makes a
	// matching call's fate a matter of chance; 0 is certain.
	Times       int     `json:"times"`
	Skip        int     `json:"skip"`
	Probability float64 `json:"probability"`
	// RetryAfter is sent with throttle (0 sends "0") and unavailable, in seconds
	// or, with RetryAfterDate, as the HTTP date that far ahead of the emulator's clock.
	RetryAfter     time.Duration `json:"-"`
	RetryAfterDate bool          `json:"retryAfterDate"`
	Delay          time.Duration `json:"-"` // for slowBody, unhealthyLater and healthyLater
	// Status, Code and Message replace what the kind would say.
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
	// DetailCode and DetailMessage replace the details of what the kind would
	// say by one: the API names the cause of a refusal there.
	DetailCode    string `json:"detailCode,omitempty"`
	DetailMessage string `json:"detailMessage,omitempty"`
}

// speak has an error say what was ordered instead of what its kind would say.
func (f *Fault) speak(failure *apiError) {
	failure.code, failure.message = orElse(f.Code, failure.code), orElse(f.Message, failure.message)
	if f.DetailCode != "" {
		failure.details = []detail{{Code: f.DetailCode, Message: f.DetailMessage}}
	}
}

type orderedFault struct {
	Fault
	left, skip int
}

// Fault orders one. Faults are tried in the order in which they came.
func (e *Emulator) Fault(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.orderFault(f)
}

func (e *Emulator) orderFault(f Fault) {
	if f.Operation == "" {
		f.Operation = map[FaultKind]string{
			FaultTokenOutage: "ServiceToken", FaultStaleKeys: "ListKeys", FaultOverwriteChangesKeys: "CreateService",
		}[f.Kind]
	}
	e.faults = append(e.faults, &orderedFault{Fault: f, left: f.Times, skip: f.Skip})
}

// ClearFaults takes back every order. Endless operations time out at once.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clearFaults()
}

func (e *Emulator) clearFaults() {
	e.faults = nil
	for _, op := range e.store.pending {
		if op.endless {
			op.endless, op.duration = false, e.Now().Sub(op.started)
		}
	}
	e.settle()
}

// takeFault finds the fault of a call and counts it down.
func (e *Emulator) takeFault(operation, service string) *Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, f := range e.faults {
		if f.Operation != "" && f.Operation != operation || f.Service != "" && f.Service != service {
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.Probability > 0 && rand.Float64() >= f.Probability {
			continue
		}
		if f.Times > 0 {
			if f.left--; f.left == 0 {
				e.faults = slices.Delete(e.faults, i, i+1)
			}
		}
		taken := f.Fault
		return &taken
	}
	return nil
}

// instead gives the answer of a fault that keeps the call from being handled.
func (f *Fault) instead(now time.Time) (result *reply, replaced bool, err error) {
	failure := f.refusal()
	if failure == nil {
		if page := f.page(); page != nil {
			return page, true, nil
		}
		return nil, false, nil
	}
	if f.Status != 0 {
		failure.status = f.Status
	}
	f.speak(failure)
	if f.Kind == FaultThrottle || f.RetryAfter > 0 {
		failure.header = http.Header{}
		failure.header.Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Round(time.Second).Seconds())))
		if f.RetryAfterDate {
			failure.header.Set("Retry-After", now.Add(f.RetryAfter).UTC().Format(http.TimeFormat))
		}
	}
	return nil, true, failure
}

func (f *Fault) refusal() *apiError {
	switch f.Kind {
	case FaultThrottle:
		return &apiError{status: http.StatusTooManyRequests, code: "TooManyRequests", message: "The request was throttled. Retry after the time in the Retry-After header."}
	case FaultInternalError:
		return &apiError{status: http.StatusInternalServerError, code: "InternalServerError", message: "An internal server error occurred. Please try again. If the problem persists, contact support."}
	case FaultUnavailable:
		return &apiError{status: http.StatusServiceUnavailable, code: "ServiceUnavailable", message: "The service is temporarily unavailable."}
	case FaultTokenOutage:
		return &apiError{status: http.StatusServiceUnavailable, code: "ServiceUnavailable", message: "The region of the workspace is unavailable."}
	case FaultError:
		return &apiError{status: http.StatusBadRequest, code: "BadRequest", message: "The request is invalid."}
	case FaultBusy:
		return conflict("OperationInProgress", "The service has an operation in progress. Wait until it is over, then try again.")
	case FaultExists:
		return conflict("ServiceExists", "The region already contains an ACI Container Group with name %s.", orElse(f.Service, "of this service"))
	case FaultCapacity:
		return conflict("ServiceUnavailable", "The requested resource is not available in the location at this moment. Please retry with a different resource request or in another location.")
	}
	return nil
}

// page is the HTML that a gateway in front of the API answers with.
func (f *Fault) page() *reply {
	title, status := "502 Bad Gateway", http.StatusBadGateway
	switch f.Kind {
	case FaultBadGateway:
	case FaultGatewayTimeout:
		title, status = "504 Gateway Time-out", http.StatusGatewayTimeout
	default:
		return nil
	}
	html := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
	return &reply{Status: status, ContentType: "text/html", Body: html}
}

// spoilOperation changes the fate of an operation that has just begun.
func (f *Fault) spoilOperation(op *operation) {
	switch f.Kind {
	case FaultOperationFailed:
		op.outcome, op.failure = stateFailed, deploymentFailure(op.service)
	case FaultOperationCancelled:
		op.outcome = stateCancelled
		op.failure = &apiError{status: http.StatusBadRequest, code: "OperationCancelled", message: "The operation was cancelled."}
	case FaultOperationTimedOut:
		op.outcome, op.failure = stateTimedOut, timedOut(op.service)
	case FaultOperationEndless:
		op.endless, op.outcome, op.failure = true, stateTimedOut, timedOut(op.service)
	case FaultUnhealthyLater:
		op.getsSick, op.sickAfter = true, f.Delay
	case FaultHealthyLater:
		op.outcome, op.failure = stateTimedOut, timedOut(op.service)
		op.getsWell, op.wellAfter = true, f.Delay
	}
	if op.failure != nil {
		f.speak(op.failure)
	}
}

// deploymentFailure has the texts that users have quoted.
func deploymentFailure(svc *service) *apiError {
	if svc.kind == "AKS" {
		return &apiError{
			status: http.StatusBadRequest, code: "KubernetesDeploymentFailed", message: "Kubernetes Deployment failed",
			details: []detail{{Code: "Unschedulable", Message: "Couldn't Schedule because the kubernetes cluster didn't have available resources after trying for 00:05:00"}},
		}
	}
	return &apiError{
		status: http.StatusBadRequest, code: "AciDeploymentFailed",
		message: "Aci Deployment failed with exception: Your container application crashed. This may be caused by errors in your scoring file's init() function.",
		details: []detail{{Code: "CrashLoopBackOff", Message: "Your container application crashed. This may be caused by errors in your scoring file's init() function."}},
	}
}

func timedOut(svc *service) *apiError {
	return &apiError{
		status: http.StatusGatewayTimeout, code: "DeploymentTimedOut",
		message: "The deployment operation polling has TimedOut. The service creation is taking longer than our normal time. We are still trying to achieve the desired state for the web service " +
			svc.name + ". Please check the webservice state for the current webservice health. You can run print(service.state) from the python SDK to retrieve the current state of the webservice. (pollTimeout 00:20:00)",
	}
}

// sendSpoilt writes an answer that the connection spoils, or reports that the
// fault is not of that kind.
func (f *Fault) sendSpoilt(w http.ResponseWriter, out response) bool {
	half := len(out.body) / 2
	switch f.Kind {
	case FaultResetAfter:
		cut(w)
	case FaultTruncatedJSON:
		w.WriteHeader(out.status)
		_, _ = w.Write(out.body[:half])
	case FaultSlowBody:
		w.WriteHeader(out.status)
		_, _ = w.Write(out.body[:half])
		_ = http.NewResponseController(w).Flush()
		time.Sleep(f.Delay)
		_, _ = w.Write(out.body[half:])
	default:
		return false
	}
	return true
}

// cut resets the connection: no FIN, so that the client reads an error.
func cut(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, isTCP := connection.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}
