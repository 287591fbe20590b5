import Foundation
import SampanDomain
import SampanFerry
import SampanMesh
import SampanTransport
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Configuration files")
struct ConfigurationTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    static let gateway = [
        "listen: 127.0.0.1:7443", "trust-domain: region.example", "certificate: gateway.pem", "key: /etc/gateway.key", "trust: trust.pem",
        "data: data", "loops: 2", "institutions: { scheme: local, codes: [4699010001, \"0123\"] }",
        "channel: { address: \"[::1]:7600\", poll-interval: 300ms }", "payment: { order-lifetime: 15m, request-lifetime: 2h }",
    ]
    static let ferry = [
        "gateway: 10.0.0.5:7443", "trust-domain: region.example", "certificate: ferry.pem", "key: ferry.key", "trust: trust.pem",
        "workers: 7",
        "batch: 1024", "poll-interval: 10ms", "wake: false", "institutions: { scheme: local }",
        "his: { database: his.db, seed: payment-day, fault-plan: faults.csv, timeout: 1s }",
    ]

    private func write(_ lines: [String]) throws -> String {
        try lines.joined(separator: "\n").write(toFile: directory.file("node.yaml"), atomically: false, encoding: .utf8)
        return directory.file("node.yaml")
    }

    /// The file with one line replaced, or left out.
    private static func changed(_ lines: [String], _ key: String, _ line: String?) -> [String] {
        lines.compactMap { $0.hasPrefix("\(key):") ? line : $0 }
    }

    private func gatewayError(_ lines: [String]) throws -> ConfigurationError? {
        let file = try write(lines)
        do throws(ConfigurationError) { _ = try GatewayConfiguration(file: file) } catch { return error }
        return nil
    }

    private func ferryError(_ lines: [String]) throws -> ConfigurationError? {
        let file = try write(lines)
        do throws(ConfigurationError) { _ = try FerryConfiguration(file: file) } catch { return error }
        return nil
    }

    @Test("every key of a gateway is read; paths are meant from where the file is")
    func wholeGateway() throws {
        let read = try GatewayConfiguration(file: write(Self.gateway))
        #expect(read.listen == HostAndPort("127.0.0.1:7443") && read.channel == HostAndPort("[::1]:7600"))
        #expect(read.node.trustDomain == "region.example" && read.node.loops == 2)
        let files = CredentialFiles(
            certificateFile: directory.file("gateway.pem"), keyFile: "/etc/gateway.key", trustFile: directory.file("trust.pem"),
            trustDomain: "region.example")
        #expect(read.node.source == .files(files) && read.data == directory.file("data"))
        #expect(
            read.channelPollInterval == .milliseconds(300) && read.orderLifetime == .seconds(900) && read.requestLifetime == .seconds(7_200)
        )
        #expect(read.institutions.scheme == .local)
    }

    @Test("a trust folder and the platform stand in place of certificate, key and trust, never beside them")
    func trustFolder() throws {
        let bare = Self.gateway.filter { !["certificate:", "key:", "trust:"].contains(where: $0.hasPrefix) }
        let read = try GatewayConfiguration(file: write(bare + ["trust-folder: trust", "platform: \"10.0.0.1:7500, [::1]:7501\""]))
        let addresses = try [#require(HostAndPort("10.0.0.1:7500")), #require(HostAndPort("[::1]:7501"))]
        #expect(read.node.source == .folder(NodeTrustFolder(path: directory.file("trust")), platform: addresses))
        let rows = [
            (bare + ["trust-folder: trust"], "platform must be host:port"),
            (bare + ["trust-folder: trust", "platform: 10.0.0.1"], "platform must be host:port"),
            (bare + ["trust-folder: trust", "platform: \"10.0.0.1:1,\""], "platform must be host:port"),
            (Self.gateway + ["platform: 10.0.0.1:7500"], "platform stands with trust-folder only"),
            (Self.gateway + ["trust-folder: trust", "platform: 10.0.0.1:7500"], "certificate does not stand with trust-folder"),
            (bare, "certificate is missing"),
        ]
        for (lines, message) in rows {
            let error = try #require(try gatewayError(lines))
            #expect(error.message.hasPrefix(message), "\(error.message)")
        }
    }

    @Test("every key of a ferry is read")
    func wholeFerry() throws {
        let read = try FerryConfiguration(file: write(Self.ferry))
        #expect(read.gateway == HostAndPort("10.0.0.5:7443") && read.workers == 7 && read.batch == 1_024 && !read.wakes)
        #expect(read.pollInterval == .milliseconds(10) && read.scheme == .local && read.his.timeout == .seconds(1))
        #expect(
            read.his.database == directory.file("his.db") && read.his.faultPlan == directory.file("faults.csv") && read.his.seedsPaymentDay)
    }

    @Test("what stands in the file cannot forge a line of the log, nor fill it")
    func printable() throws {
        let forged = try #require(try gatewayError(Self.gateway + ["\"x\\n2026-11-24 all is well\\e[31m\": 1"]))
        #expect(forged.message.hasPrefix("x?2026-11-24 all is well?[31m is not a known key"))
        let long = try #require(try gatewayError(Self.gateway + [String(repeating: "k", count: 900) + ": 1"]))
        #expect(long.message.count == 500)
    }

    @Test("what may be left out has its default")
    func defaults() throws {
        let gateway = try GatewayConfiguration(
            file: write(Self.changed(Self.changed(Self.gateway, "payment", nil), "loops", nil)))
        #expect(gateway.orderLifetime == .seconds(900) && gateway.requestLifetime == .seconds(60) && gateway.node.loops == 1)
        var lines = Self.changed(Self.ferry, "his", "his: { database: his.db }")
        for key in ["workers", "batch", "poll-interval", "wake", "institutions"] { lines = Self.changed(lines, key, nil) }
        let ferry = try FerryConfiguration(file: write(lines))
        #expect(
            ferry.workers == 5 && ferry.batch == 64 && ferry.pollInterval == .seconds(1) && ferry.wakes
                && ferry.scheme == .unifiedSocialCredit)
        #expect(!ferry.his.seedsPaymentDay && ferry.his.faultPlan == nil && ferry.his.timeout == .milliseconds(200))
    }

    @Test(
        "a key that has to be there is missed by name",
        arguments: ["listen", "trust-domain", "certificate", "key", "trust", "data", "institutions", "channel"])
    func missing(key: String) throws {
        let error = try #require(try gatewayError(Self.changed(Self.gateway, key, nil)))
        #expect(error.message == "\(key) is missing")
        #expect(try gatewayError(Self.changed(Self.gateway, key, "\(key): "))?.message == "\(key) is missing")
    }

    static let wrongGateway: [(String, String, Int?, String)] = [
        ("listen", "listen: nowhere", 1, "listen must be host:port"), ("listen", "listen: [1, 2]", 1, "listen must be a text"),
        ("listen", "listn: 127.0.0.1:1", nil, "listn is not a known key; did you mean listen?"),
        ("loops", "loop: 2", 7, "loop is not a known key; did you mean loops?"),
        ("loops", "loops: 0", 7, "from 1 to 64"), ("loops", "loops: 65", 7, "from 1 to 64"), ("loops", "loops: 1.5", 7, "whole number"),
        ("loops", "loops: many", 7, "whole number"), ("loops", "loops: 99999999999999999999", 7, "whole number"),
        ("institutions", "institutions: none", 8, "institutions must be a mapping"),
        ("institutions", "institutions: { codes: [] }", 8, "at least one"),
        ("institutions", "institutions: { scheme: local, codes: [a, a] }", 8, "each once"),
        ("institutions", "institutions: { codes: [911100000000000000] }", 8, "check character"),
        ("institutions", "institutions: { scheme: local, codes: [\"a b\"] }", 8, "wrong code"),
        ("institutions", "institutions: { scheme: local, codes: [{ a: b }] }", 8, "a list of texts"),
        ("institutions", "institutions: { scheme: local, codes: 4699010001 }", 8, "must be a list"),
        ("institutions", "institutions: { scheme: other, codes: [a] }", 8, "unified-social-credit or local"),
        ("institutions", "institutions: { scheme: local, codes: [a], kodes: [b] }", 8, "did you mean codes?"),
        ("channel", "channel: { address: a:1, poll-interval: 9ms }", 9, "channel.poll-interval must be a time"),
        ("channel", "channel: { address: a:1, poll-interval: 601s }", 9, "channel.poll-interval must be a time"),
        ("payment", "payment: { order-lifetime: 15 }", 10, "payment.order-lifetime must be a time"),
        ("payment", "payment: { order-lifetime: -5s }", 10, "must be a time"),
        ("payment", "payment: { order-lifetime: 5 s }", 10, "must be a time"),
        ("payment", "payment: { order-lifetime: 0s }", 10, "must be a time"),
        ("payment", "payment: { order-lifetime: 25h }", 10, "must be a time"),
        ("payment", "payment: { order-lifetime: 99999999999999999999s }", 10, "must be a time"),
        ("payment", "payment: { request-lifetim: 5s }", 10, "did you mean request-lifetime?"),
        ("payment", "payment:\n  order-lifetime: 5s\n  refund:\n    at-once: true", 12, "payment.refund is not a known key"),
        ("payment", "payment: {}\npayment: {}", 10, "twice"), ("payment", "payment: {}\nloops: 3", 7, "twice"),
        ("payment", "payment: [", 11, "is not YAML"), ("payment", "payment: \"", 10, "is not YAML"),
        ("payment", "\tpayment: {}", 10, "is not YAML"),
        ("payment", "? [a]\n: b", 10, "a key must be text"), ("payment", "payment: {}\n---\nlisten: a:1", 11, "is not YAML"),
    ]

    @Test("a wrong line of a gateway's file is named, with what would be right", arguments: wrongGateway.indices)
    func wrong(index: Int) throws {
        let (key, line, number, hint) = Self.wrongGateway[index]
        let error = try #require(try gatewayError(Self.changed(Self.gateway, key, line)))
        #expect(error.message.contains(hint), "\(error)")
        if let number { #expect(error.line == number, "\(error)") }
        #expect(!error.description.contains("\n") && !error.message.contains("\u{1B}"))
    }

    @Test(
        "GW-09 a wrong line of a ferry's file is named",
        arguments: [
            ("workers", "workers: 0", 6, "from 1 to 64"), ("workers", "workers: 65", 6, "from 1 to 64"),
            ("batch", "batch: 1025", 7, "from 1 to 1024"),
            ("poll-interval", "poll-interval: 61s", 8, "must be a time"), ("wake", "wake: perhaps", 9, "true or false"),
            ("his", "his: {}", 11, "his.database is missing"),
            ("his", "his: { database: a, seed: other }", 11, "payment-day or left out"),
            ("his", "his: { database: a, timeout: 0ms }", 11, "must be a time"),
            ("gateway", "gateway: a:1\nlisten: a:2", 2, "listen is not a known key"),
        ])
    func wrongFerry(key: String, line: String, number: Int, hint: String) throws {
        let error = try #require(try ferryError(Self.changed(Self.ferry, key, line)))
        #expect(error.message.contains(hint) && error.line == number, "\(error)")
    }

    @Test("files that are none end in one clear line: empty, a list, not UTF-8, zeros without end, a directory, missing")
    func notFiles() throws {
        #expect(try gatewayError([""])?.message == "trust-domain is missing")
        #expect(try gatewayError(["- a"])?.message == "the file must be a mapping")
        #expect(try gatewayError(["just text"])?.message == "the file must be a mapping")
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: directory.file("bytes")))
        try Data(repeating: UInt8(ascii: "#"), count: 1_048_577).write(to: URL(fileURLWithPath: directory.file("long")))
        for (file, hint) in [
            (directory.file("bytes"), "is not UTF-8"), (directory.file("long"), "is longer than 1048576 bytes"),
            ("/dev/zero", "is longer than"),
            (directory.path, "cannot be read"), (directory.file("nothing"), "is not there"), ("", "is not there"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try GatewayConfiguration(file: file) }
            #expect(error?.message.contains(hint) ?? false, "\(file): \(String(describing: error))")
        }
    }

    @Test("SE-03 bombs of aliases and of depth end in an error, in little time")
    func bombs() throws {
        var bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        for level in 1...40 {
            bomb.append("a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]")
        }
        #expect(try gatewayError(Self.gateway + bomb) != nil)
        #expect(try gatewayError(["listen: *nobody"]) != nil)
        #expect(try gatewayError(["a: &a { b: *a }"]) != nil)
        for depth in [1_000, 10_000, 100_000, 500_000] {
            #expect(try gatewayError(["a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)]) != nil)
            #expect(try gatewayError(["a: " + String(repeating: "{a: ", count: depth / 4)]) != nil)
            #expect(try gatewayError([String(repeating: "- ", count: depth)]) != nil)
        }
    }
}
