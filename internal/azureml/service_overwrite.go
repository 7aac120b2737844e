// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import "context"

// overwrite redeploys. It can be repeated, since it always ends in the same
// service, but is not where the service is seen to have started on it.
func (s *start) overwrite(ctx context.Context) (OperationRef, error) {
	if err := s.remember(ctx); err != nil {
		return OperationRef{}, err
	}
	lost := false
	for sent := 1; ; {
		ref, err := s.send(ctx)
		if err == nil {
			return ref, nil
		}
		switch outcomeOf(err) {
		case outcomeThrottled:
			err = s.patience.throttled(ctx, err)
		case outcomeNotSent:
			err = s.patience.disconnected(ctx, err)
		case outcomeConflict:
			if !isBusy(err) {
				break
			}
			if lost {
				// What it is busy with may be the request before this one.
				if now, lookErr := s.existing(ctx); lookErr != nil || s.hasStarted(now) {
					return s.started(now, lookErr)
				}
			}
			if err = s.patience.busy(ctx, err); err == nil {
				err = s.remember(ctx)
			}
		case outcomeUnknown:
			lost = true
			now, lookErr := s.search(ctx, s.hasStarted)
			if lookErr != nil {
				return OperationRef{}, s.unseen(err, lookErr)
			}
			if now != nil {
				return s.started(now, nil)
			}
			if sent++; sent > maxStarts || ctx.Err() != nil {
				return OperationRef{}, s.unknown(err)
			}
			err = nil
		}
		if err != nil {
			return OperationRef{}, err
		}
	}
}

// remember notes the service's operation, to tell a later one from it.
func (s *start) remember(ctx context.Context) error {
	service, err := s.existing(ctx)
	if err == nil && service != nil {
		s.before = service.OperationID
	}
	return err
}

func (s *start) hasStarted(now *Service) bool { return now != nil && now.OperationID != s.before }

func (s *start) started(now *Service, err error) (OperationRef, error) {
	if err != nil {
		return OperationRef{}, err
	}
	return OperationRef{ID: now.OperationID}, nil
}
