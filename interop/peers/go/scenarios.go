package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const (
	greetProtocol  = "/p2pspec/greet/1.0.0"
	resetProtocol  = "/p2pspec/reset/1.0.0"
	stallProtocol  = "/p2pspec/stall/1.0.0"
	pushProtocol   = "/p2pspec/push/1.0.0"
	pushedProtocol = "/p2pspec/pushed/1.0.0"

	greeting            = "hello"
	unboundedBytes      = 64 << 20
	echoesWhileHeldBack = 200
	pushPatience        = 10 * time.Second
	gibibyte            = 1 << 30
	// How much of its time the dialer spends on one step at most.
	stepShare             = 4
	defaultLargeBytes     = 64 << 20
	defaultStreams        = 1000
	defaultStreamsAtOnce  = 100
	defaultIterations     = 10
	defaultLatencySamples = 100
)

var errStepsFailed = errors.New("not everything went as it must: see the result")

// serveScenarios is what a listener serves besides ping, identify, perf and echo.
func serveScenarios(node host.Host) {
	node.SetStreamHandler(greetProtocol, func(stream network.Stream) {
		if _, err := stream.Write([]byte(greeting)); err != nil {
			stream.Reset()
			return
		}
		stream.CloseWrite()
		drain(stream)
		stream.Close()
	})
	node.SetStreamHandler(resetProtocol, func(stream network.Stream) {
		stream.Read(make([]byte, 1))
		stream.Reset()
	})
	// Never read, and never ended.
	node.SetStreamHandler(stallProtocol, func(network.Stream) {})
	node.SetStreamHandler(pushProtocol, func(stream network.Stream) {
		drain(stream)
		// The node pushes identify by itself when what it serves changes.
		node.SetStreamHandler(pushedProtocol, func(pushed network.Stream) { pushed.Reset() })
		stream.Close()
	})
}

func perfScenario(ctx context.Context, _ contract, node host.Host, target peer.AddrInfo) (result, error) {
	if err := node.Connect(ctx, target); err != nil {
		return nil, err
	}
	seconds := func(count int, up, down uint64) ([]float64, error) {
		samples := make([]float64, 0, count)
		for range count {
			begin := time.Now()
			if err := transfer(ctx, node, target.ID, up, down); err != nil {
				return nil, err
			}
			samples = append(samples, time.Since(begin).Seconds())
		}
		return samples, nil
	}
	upBytes, downBytes := number("UPLOAD_BYTES", gibibyte), number("DOWNLOAD_BYTES", gibibyte)
	up, err := seconds(number("UPLOAD_ITERATIONS", defaultIterations), uint64(upBytes), 0)
	if err != nil {
		return nil, err
	}
	down, err := seconds(number("DOWNLOAD_ITERATIONS", defaultIterations), 0, uint64(downBytes))
	if err != nil {
		return nil, err
	}
	latency, err := seconds(number("LATENCY_ITERATIONS", defaultLatencySamples), 1, 1)
	if err != nil {
		return nil, err
	}
	gigabits := func(byteCount int) func(float64) float64 {
		return func(seconds float64) float64 { return float64(byteCount) * 8 / seconds / 1e9 }
	}
	return result{
		{"upload", summary(up, gigabits(upBytes), "Gbps")},
		{"download", summary(down, gigabits(downBytes), "Gbps")},
		{"latency", summary(latency, func(seconds float64) float64 { return seconds * 1000 }, "ms")},
	}, nil
}

// transfer runs the perf protocol once.
func transfer(ctx context.Context, node host.Host, target peer.ID, up, down uint64) error {
	stream, err := node.NewStream(ctx, target, perfProtocol)
	if err != nil {
		return err
	}
	var header [8]byte
	binary.BigEndian.PutUint64(header[:], down)
	if _, err := stream.Write(header[:]); err != nil {
		return err
	}
	if err := sendZeros(stream, up); err != nil {
		return err
	}
	if err := stream.CloseWrite(); err != nil {
		return err
	}
	received, err := drain(stream)
	if err != nil {
		return err
	}
	if uint64(received) != down {
		return fmt.Errorf("received %d of %d bytes", received, down)
	}
	return stream.Close()
}

func identifyScenario(ctx context.Context, _ contract, node host.Host, target peer.AddrInfo) (result, error) {
	identified, err := node.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return nil, err
	}
	changed, err := node.EventBus().Subscribe(new(event.EvtPeerProtocolsUpdated))
	if err != nil {
		return nil, err
	}
	if err := node.Connect(ctx, target); err != nil {
		return nil, err
	}
	var info event.EvtPeerIdentificationCompleted
	select {
	case one := <-identified.Out():
		info = one.(event.EvtPeerIdentificationCompleted)
	case <-ctx.Done():
		return nil, errors.New("the peer did not say who it is")
	}
	stream, err := node.NewStream(ctx, target.ID, pushProtocol)
	if err != nil {
		return nil, err
	}
	if err := stream.CloseWrite(); err != nil {
		return nil, err
	}
	if _, err := drain(stream); err != nil {
		return nil, err
	}
	received := waitForPush(node, target.ID, changed)
	addresses := []string{}
	for _, address := range info.ListenAddrs {
		addresses = append(addresses, address.String())
	}
	var observed any
	if info.ObservedAddr != nil {
		observed = info.ObservedAddr.String()
	}
	found := result{
		{"identify", result{
			{"peer_id", info.Peer.String()},
			{"agent_version", info.AgentVersion},
			{"protocol_version", info.ProtocolVersion},
			{"observed_addr", observed},
			{"signed_peer_record", info.SignedPeerRecord != nil},
			{"listen_addrs", addresses},
			{"protocols", protocol.ConvertToStrings(info.Protocols)},
		}},
		{"push", result{{"received", received}}},
	}
	if !received {
		return found, errStepsFailed
	}
	return found, nil
}

func waitForPush(node host.Host, target peer.ID, changed event.Subscription) bool {
	patience := time.After(pushPatience)
	for {
		protocols, err := node.Peerstore().GetProtocols(target)
		if err == nil && slices.Contains(protocols, protocol.ID(pushedProtocol)) {
			return true
		}
		select {
		case <-changed.Out():
		case <-patience:
			return false
		}
	}
}

func streamsScenario(ctx context.Context, c contract, node host.Host, target peer.AddrInfo) (result, error) {
	if err := node.Connect(ctx, target); err != nil {
		return nil, err
	}
	open := func(name protocol.ID) (network.Stream, error) { return node.NewStream(ctx, target.ID, name) }
	found, failed := result{}, false
	step := func(name string, run func() error) {
		state := "ok"
		if err := within(c.timeout/stepShare, run); err != nil {
			failed, state = true, err.Error()
		}
		found = append(found, field{name, state})
	}
	step("half_close", func() error { return job{target: target}.echoOnce(node) })
	step("half_close_remote", func() error { return halfCloseOfRemote(open) })
	step("reset_by_listener", func() error { return resetByListener(open) })
	step("reset_by_dialer", func() error {
		stream, err := open(echoProtocol)
		if err != nil {
			return err
		}
		if err := echoRound(stream); err != nil {
			return err
		}
		if err := stream.Reset(); err != nil {
			return err
		}
		return job{target: target}.echoOnce(node)
	})
	accepted := 0
	step("back_pressure", func() (err error) {
		accepted, err = backPressure(open)
		return err
	})
	found = append(found, field{"back_pressure_accepted_bytes", accepted})
	step("many", func() error {
		return manyStreams(open, number("STREAMS", defaultStreams), number("STREAMS_AT_ONCE", defaultStreamsAtOnce))
	})
	var up, down time.Duration
	step("large", func() error {
		size := uint64(number("LARGE_BYTES", defaultLargeBytes))
		begin := time.Now()
		if err := transfer(ctx, node, target.ID, size, 0); err != nil {
			return err
		}
		up, begin = time.Since(begin), time.Now()
		err := transfer(ctx, node, target.ID, 0, size)
		down = time.Since(begin)
		return err
	})
	found = append(found, field{"large_up_seconds", up.Seconds()}, field{"large_down_seconds", down.Seconds()})
	if failed {
		return result{{"streams", found}}, errStepsFailed
	}
	return result{{"streams", found}}, nil
}

// within runs a step, and leaves it behind where it is not done in time.
func within(limit time.Duration, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return fmt.Errorf("not done within %s", limit)
	}
}

type opener func(protocol.ID) (network.Stream, error)

func halfCloseOfRemote(open opener) error {
	stream, err := open(greetProtocol)
	if err != nil {
		return err
	}
	received, err := io.ReadAll(stream)
	if err != nil {
		return err
	}
	if string(received) != greeting {
		return fmt.Errorf("the greeting was '%s'", received)
	}
	if err := sendZeros(stream, chunkBytes); err != nil {
		return err
	}
	return stream.Close()
}

func resetByListener(open opener) error {
	stream, err := open(resetProtocol)
	if err != nil {
		return err
	}
	if _, err := stream.Write([]byte{7}); err != nil {
		return err
	}
	_, err = stream.Read(make([]byte, 1))
	if err == nil {
		return errors.New("bytes in place of the reset")
	}
	if errors.Is(err, io.EOF) {
		return errors.New("a clean end in place of the reset")
	}
	return nil
}

func echoRound(stream network.Stream) error {
	payload := make([]byte, payloadBytes)
	if _, err := stream.Write(payload); err != nil {
		return err
	}
	_, err := io.ReadFull(stream, payload)
	return err
}

// backPressure writes to a stream that nobody reads until no more is taken while echoes go through on another one.
func backPressure(open opener) (int, error) {
	stalled, err := open(stallProtocol)
	if err != nil {
		return 0, err
	}
	defer stalled.Reset()
	other, err := open(echoProtocol)
	if err != nil {
		return 0, err
	}
	defer other.Close()
	accepted := 0
	for accepted < unboundedBytes {
		written := make(chan error, 1)
		go func() {
			_, err := stalled.Write(zeros[:])
			written <- err
		}()
		done := false
		for range echoesWhileHeldBack {
			select {
			case err := <-written:
				if err != nil {
					return accepted, errors.New("reset")
				}
				done = true
			default:
				if err := echoRound(other); err != nil {
					return accepted, err
				}
			}
			if done {
				break
			}
		}
		if !done {
			return accepted, nil
		}
		accepted += chunkBytes
	}
	return accepted, errors.New("unbounded")
}

// manyStreams has so many at a time open together: each has sent its bytes before the first one ends.
func manyStreams(open opener, count, atOnce int) error {
	for done := 0; done < count; done += atOnce {
		size := min(atOnce, count-done)
		streams := make([]network.Stream, size)
		if err := each(size, func(index int) (err error) {
			if streams[index], err = open(echoProtocol); err != nil {
				return err
			}
			_, err = streams[index].Write(zeros[:payloadBytes])
			return err
		}); err != nil {
			return err
		}
		if err := each(size, func(index int) error {
			if err := streams[index].CloseWrite(); err != nil {
				return err
			}
			received, err := io.ReadAll(streams[index])
			if err == nil && len(received) != payloadBytes {
				err = fmt.Errorf("the echo was %d of %d bytes", len(received), payloadBytes)
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// each runs once for every index at the same time; the first error.
func each(count int, once func(index int) error) error {
	var group sync.WaitGroup
	failures := make(chan error, count)
	for index := range count {
		group.Go(func() {
			if err := once(index); err != nil {
				failures <- err
			}
		})
	}
	group.Wait()
	close(failures)
	return <-failures
}
