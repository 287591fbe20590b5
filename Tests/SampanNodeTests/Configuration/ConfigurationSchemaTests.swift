import Foundation
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("The published schema of a node's file")
struct ConfigurationSchemaTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// A file of each kind with every key that may stand beside the others, and one with none that may be left out.
    private static let files: [(kind: String, whole: String, least: String)] = [
        (
            "gateway",
            (ConfigurationTests.gateway + [
                "role: gateway", ChannelsSectionTests.channels, mesh("sampan.payment.v1.PaymentService"),
                peers, web, limits, drain, metrics, telemetry,
                "policy: policy.yaml", "sealing: { key: sealing.pub }", staff,
            ]).joined(
                separator: "\n"),
            """
            listen: 127.0.0.1:1
            trust-domain: region.example
            trust-folder: trust
            platform: 127.0.0.1:2
            data: data
            institutions: { scheme: local, codes: ["0123"] }
            channel: { address: "127.0.0.1:3" }
            """
        ),
        (
            "platform",
            """
            role: platform
            listen: 127.0.0.1:1
            enroll-listen: 127.0.0.1:2
            platform: 127.0.0.1:1
            trust-folder: platform
            loops: 2
            authority: { folder: a, passphrase-file: p, root-passphrase-file: r, certificate-life: 24h, absence-limit: 1m }
            policy: policy.yaml
            registry: { folder: registry, scheme: local }
            identity: { database: identity.db, secret-file: identity.secret }
            records:
              database: records.db
              master-key-file: records.key
              former-key-files: [old.key]
              size-limit: 100
              notices: { webhook: "https://sms.example", path: /notices, trust: roots.pem }
              recognition: { lab-report: 168h, imaging-report: 720h, ecg-report: 72h }
            \(mesh("sampan.mesh.v1.RegistryService"))
            \(peers)
            \(web)
            \(limits)
            \(drain)
            \(metrics)
            \(telemetry)
            """,
            "role: platform\nlisten: 127.0.0.1:1\ntrust-folder: p\nauthority: { folder: a, passphrase-file: p }"
        ),
        (
            "mesh",
            """
            role: center
            listen: 127.0.0.1:1
            trust-domain: region.example
            certificate: c
            key: k
            trust: t
            data: data
            loops: 2
            policy: policy.yaml
            \(mesh("grpc.health.v1.Health"))
            \(staff)
            \(peers)
            \(web)
            \(limits)
            \(drain)
            \(metrics)
            \(telemetry)
            """,
            "role: hospital\nlisten: 127.0.0.1:1\ntrust-domain: d.example\ntrust-folder: t\nplatform: 127.0.0.1:2\ndata: data"
        ),
        (
            "ferry", (ConfigurationTests.ferry + ["sealing: { keys: [sealing.key] }"]).joined(separator: "\n"),
            "gateway: 127.0.0.1:1\ntrust-domain: d.example\ntrust-folder: t\nplatform: 127.0.0.1:2\nhis: { database: h }"
        ),
    ]
    private static func mesh(_ service: String) -> String {
        """
        mesh: { advertise: ["127.0.0.1:1"], parent: "4699010000", capacity: 7, versions: [{ service: \(service), version: 1.0.0 }] }
        """
    }
    private static let peers = "peers: [{ from: [127.0.0.0/8], roles: [app], institutions: [\"4699*\"] }]"
    private static let metrics = "metrics: { listen: 127.0.0.1:3, allow-remote: true }"
    private static let telemetry = "telemetry: { collector: 127.0.0.1:4, allow-remote: true, interval: 1m, trace-ratio: 0.5 }"
    private static let staff = "staff: { limit: 5s }"
    private static let web = "web: { origins: [\"https://app.region.example\"] }"
    private static let limits = """
        limits: { priorities: [{ methods: [a.B], priority: high }], highest-priority: [{ roles: [app], priority: high }] }
        """
    private static let drain = "drain: { grace: 1m }"
    private static let policy = "version: 1\nrules: [{ id: a, methods: [grpc.health.v1.Health], roles: [admin] }]"

    private func read(_ text: String) throws -> [ConfigurationTrace.Entry] {
        try text.write(toFile: directory.file("node.yaml"), atomically: false, encoding: .utf8)
        try Self.policy.write(toFile: directory.file("policy.yaml"), atomically: false, encoding: .utf8)
        let trace = ConfigurationTrace()
        _ = try NodeFile(file: directory.file("node.yaml"), ConfigurationReading(environment: [:], trace: trace))
        return trace.entries
    }

    /// Leaves of the schema of a kind, by path, as `peers[].from`.
    private static func leaves(_ kind: String) throws -> [String: [String: Any]] {
        let top = try #require(try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.json.utf8)) as? [String: Any])
        let definition = try #require((top["$defs"] as? [String: Any])?[kind] as? [String: Any])
        var leaves: [String: [String: Any]] = [:]
        func walk(_ schema: [String: Any], _ path: String) {
            if let properties = schema["properties"] as? [String: [String: Any]] {
                for (key, inner) in properties { walk(inner, path.isEmpty ? key : "\(path).\(key)") }
            } else if let items = schema["items"] as? [String: Any], items["properties"] != nil {
                walk(items, "\(path)[]")
            } else {
                leaves[path] = schema
            }
        }
        walk(definition, "")
        return leaves
    }

    @Test("every key that a reader asks for is in the schema, and every key of the schema is asked for", arguments: files.map(\.kind))
    func agree(kind: String) throws {
        let file = try #require(Self.files.first { $0.kind == kind })
        let (whole, least) = (try read(file.whole), try read(file.least))
        let asked = Set((whole + least).map { $0.key.replacing("[0]", with: "[]") })
        let published = try Self.leaves(kind)
        // A list that is left out is asked for by its own name.
        let lists = Set(published.keys.compactMap { $0.split(separator: "[").first.map(String.init) })
        #expect(Set(published.keys).subtracting(asked) == [])
        let sections = [
            "mesh", "web", "metrics", "telemetry", "sealing", "channels", "registry", "staff", "identity", "records", "records.notices",
            "records.recognition",
        ]
        #expect(asked.subtracting(published.keys).subtracting(lists).subtracting(sections) == [])
        for entry in least {
            guard case .byDefault(let text) = entry.value else { continue }
            let value = published[entry.key]?["default"]
            #expect(value.map { "\($0)" } == text || (value as? Bool).map { "\($0)" } == text, "\(entry.key)")
        }
    }

    @Test("what is shown says where each key was said")
    func origins() throws {
        let trace = ConfigurationTrace()
        try "gateway: 127.0.0.1:1\nworkers: 7\ntrust-domain: d.example\ntrust-folder: t\nplatform: 127.0.0.1:2\nhis: { database: 库.db }"
            .write(toFile: directory.file("node.yaml"), atomically: false, encoding: .utf8)
        let environment = ["SAMPAN_CONFIG_BATCH": "9"]
        _ = try NodeFile(file: directory.file("node.yaml"), ConfigurationReading(environment: environment, trace: trace))
        let entries = Dictionary(trace.entries.map { ($0.key, $0) }) { $1 }
        #expect(entries["workers"] == .init(key: "workers", value: .text("7"), line: 2, variable: nil))
        #expect(entries["batch"] == .init(key: "batch", value: .text("9"), line: nil, variable: "SAMPAN_CONFIG_BATCH"))
        #expect(entries["loops"] == .init(key: "loops", value: .byDefault("1"), line: nil, variable: nil))
        #expect(entries["his.database"] == .init(key: "his.database", value: .text("库.db"), line: 6, variable: nil))
        #expect(entries["his.fault-plan"]?.value == .leftOut)
    }

    @Test("what differs between two readings of a file is named, also where a key came or went")
    func changes() throws {
        let least = try #require(Self.files.last).least
        let (old, new) = (try read(least), try read(least + "\nworkers: 9\nwake: true"))
        #expect(ConfigurationReload.changes(from: old, to: new) == ["wake", "workers"], "a default that is said is said")
        #expect(ConfigurationReload.changes(from: new, to: new) == [])
    }

    @Test(
        "lengths of time are written in the largest unit that says them",
        arguments: [
            (.milliseconds(300), "300ms"), (.seconds(5), "5s"), (.seconds(900), "15m"), (.seconds(7_200), "2h"), (.zero, "0s"),
            (.milliseconds(1_500), "1500ms"), (.seconds(90), "90s"),
        ] as [(Duration, String)])
    func durations(duration: Duration, text: String) {
        #expect(DurationText.text(duration) == text)
        #expect(DurationText.value(text) == duration)
    }
}
