package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
)

// contract is what the environment asks of a node, in either spelling: interop/contract.md.
type contract struct {
	legacy     bool
	isDialer   bool
	redis      string
	addressKey string
	listenerIP string
	scenario   string
	timeout    time.Duration
}

type scenario func(context.Context, contract, host.Host, peer.AddrInfo) (result, error)

var scenarios = map[string]scenario{
	"ping":     pingScenario,
	"pnet":     pnetScenario,
	"perf":     perfScenario,
	"identify": identifyScenario,
	"streams":  streamsScenario,
}

func isContract() bool {
	return os.Getenv("IS_DIALER") != "" || os.Getenv("is_dialer") != ""
}

func runContract() error {
	c, err := readContract()
	if err != nil {
		return err
	}
	// Both sides ask, so that neither waits for the other in vain.
	if scenarios[c.scenario] == nil {
		return unsupported("SCENARIO takes ping, perf, pnet, identify or streams, not '%s'", c.scenario)
	}
	if err := chosen.check(""); err != nil {
		return err
	}
	if c.isDialer {
		return c.dial()
	}
	return c.listen()
}

func readContract() (contract, error) {
	c := contract{legacy: os.Getenv("IS_DIALER") == "", scenario: "ping"}
	if c.legacy {
		c.isDialer = os.Getenv("is_dialer") == "true"
		c.redis = setting("redis_addr", "redis:6379")
		c.addressKey = "listenerAddr"
		c.listenerIP = setting("ip", "0.0.0.0")
		c.timeout = time.Duration(number("test_timeout_seconds", 180)) * time.Second
		chosen.transport = setting("transport", "")
		if !strings.HasPrefix(chosen.transport, "quic") {
			chosen.security, chosen.muxer = setting("security", ""), setting("muxer", "")
		}
		return c, nil
	}
	c.isDialer = os.Getenv("IS_DIALER") == "true"
	c.redis = setting("REDIS_ADDR", "")
	c.addressKey = setting("TEST_KEY", "") + "_listener_multiaddr"
	c.listenerIP = setting("LISTENER_IP", "0.0.0.0")
	c.timeout = time.Duration(number("TEST_TIMEOUT_SECONDS", 180)) * time.Second
	chosen.transport = setting("TRANSPORT", "")
	chosen.security, chosen.muxer = setting("SECURE_CHANNEL", ""), setting("MUXER", "")
	chosen.with = setting("WITH", "")
	if setting("UPLOAD_BYTES", "")+setting("DOWNLOAD_BYTES", "") != "" {
		c.scenario = "perf"
	}
	c.scenario = setting("SCENARIO", c.scenario)
	if key := setting("PSK", ""); key != "" {
		bytes, err := hex.DecodeString(key)
		if err != nil || len(bytes) != 32 {
			return c, fmt.Errorf("PSK takes 64 hex digits")
		}
		chosen.psk = bytes
	}
	for _, name := range []string{"REDIS_ADDR", "TEST_KEY", "TRANSPORT"} {
		if setting(name, "") == "" {
			return c, fmt.Errorf("%s is not set", name)
		}
	}
	return c, nil
}

// lifted is whether the resource manager's limits are: the muxer is under test then, and they allow fewer streams.
func (c contract) lifted() bool {
	return c.scenario == "streams"
}

func (c contract) listen() error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	node, err := newNode("", c.lifted(), chosen.listenAddress(c.listenerIP, 0))
	if err != nil {
		return err
	}
	defer node.Close()
	if _, err := chosen.attach(node); err != nil {
		return err
	}
	serveScenarios(node)
	address, err := addressToTell(node)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	store, err := connectRedis(ctx, c.redis)
	if err != nil {
		return err
	}
	defer store.connection.Close()
	fmt.Fprintln(os.Stderr, "listening on", address)
	told := make(chan error, 1)
	go func() { told <- c.tell(ctx, store, address) }()
	for {
		select {
		case err := <-told:
			if err != nil {
				return err
			}
		case <-signals:
			return nil
		}
	}
}

// tell leaves the address the way that it is asked for, once somebody asks: as a value, or on a list.
func (c contract) tell(ctx context.Context, store *redis, address string) error {
	if c.legacy {
		_, err := store.ask("RPUSH", c.addressKey, address)
		return err
	}
	if _, err := store.ask("DEL", c.addressKey); err != nil {
		return err
	}
	watch, err := connectRedis(ctx, c.redis)
	if err != nil {
		return err
	}
	defer watch.connection.Close()
	command := "SET"
	// Where Redis does not let anybody watch, it is a value.
	if _, refused := watch.ask("MONITOR"); refused == nil {
		if taken, err := store.handOver(c.addressKey, address); taken || err != nil {
			return err
		}
		asked, err := watch.commandAbout(c.addressKey)
		if err != nil {
			return err
		}
		if slices.Contains(asksForList, asked) {
			command = "RPUSH"
		}
	}
	_, err = store.ask(command, c.addressKey, address)
	return err
}

func (c contract) dial() error {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	// A step that the remote never ends is no reason to stay.
	done := make(chan error, 1)
	go func() { done <- c.dialWithin(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("not done within %s", c.timeout)
	}
}

func (c contract) dialWithin(ctx context.Context) error {
	address, err := c.addressOfListener(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "dialling", address)
	target, err := peer.AddrInfoFromString(address)
	if err != nil {
		return err
	}
	node, err := newNode("", c.lifted())
	if err != nil {
		return err
	}
	defer node.Close()
	if _, err := chosen.attach(node); err != nil {
		return err
	}
	found, err := scenarios[c.scenario](ctx, c, node, *target)
	if found != nil {
		c.print(found)
	}
	return err
}

func (c contract) addressOfListener(ctx context.Context) (string, error) {
	store, err := connectRedis(ctx, c.redis)
	if err != nil {
		return "", err
	}
	defer store.connection.Close()
	if c.legacy {
		reply, err := store.ask("BLPOP", c.addressKey, "0")
		if err != nil || len(reply) < 2 {
			return "", fmt.Errorf("Redis had no element of %s: %w", c.addressKey, err)
		}
		return reply[1], nil
	}
	for {
		reply, err := store.ask("GET", c.addressKey)
		if err != nil && strings.Contains(err.Error(), "WRONGTYPE") {
			reply, err = store.ask("LPOP", c.addressKey)
		}
		if err != nil {
			return "", err
		}
		if len(reply) > 0 && reply[0] != "" {
			return reply[0], nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (c contract) print(found result) {
	if !c.legacy {
		os.Stdout.WriteString(found.yaml(""))
		return
	}
	figures := found[0].value.(result)
	line, err := json.Marshal(object{"handshakePlusOneRTTMillis": figures[0].value, "pingRTTMilllis": figures[1].value})
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(line, '\n'))
}

// pingScenario is the transport test.
func pingScenario(ctx context.Context, _ contract, node host.Host, target peer.AddrInfo) (result, error) {
	begin := time.Now()
	if err := node.Connect(ctx, target); err != nil {
		return nil, err
	}
	pinged := <-ping.Ping(ctx, node, target.ID)
	if pinged.Error != nil {
		return nil, pinged.Error
	}
	latency := result{
		{"handshake_plus_one_rtt", milliseconds(time.Since(begin))},
		{"ping_rtt", milliseconds(pinged.RTT)},
		{"unit", "ms"},
	}
	return result{{"latency", latency}}, nil
}

func pnetScenario(ctx context.Context, c contract, node host.Host, target peer.AddrInfo) (result, error) {
	if chosen.psk == nil {
		return nil, fmt.Errorf("the pnet scenario takes PSK")
	}
	found, err := pingScenario(ctx, c, node, target)
	return append(result{{"pnet", true}}, found...), err
}

// addressToTell is the first address that others reach, with the node's peer id.
func addressToTell(node host.Host) (string, error) {
	listening, err := node.Network().InterfaceListenAddresses()
	if err != nil {
		return "", err
	}
	last := ""
	for _, each := range listening {
		text := each.String()
		if strings.HasPrefix(text, "/p2p-circuit") {
			continue
		}
		last = text
		ip := net.ParseIP(strings.Split(text, "/")[2])
		if ip != nil && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified() {
			break
		}
	}
	if last == "" {
		return "", fmt.Errorf("the node listens nowhere")
	}
	return last + "/p2p/" + node.ID().String(), nil
}

// setting takes unset, empty and null for the same.
func setting(name, initial string) string {
	if value := strings.TrimSpace(os.Getenv(name)); value != "" && value != "null" {
		return value
	}
	return initial
}

func number(name string, initial int) int {
	value, err := strconv.Atoi(setting(name, strconv.Itoa(initial)))
	if err != nil {
		return initial
	}
	return value
}
