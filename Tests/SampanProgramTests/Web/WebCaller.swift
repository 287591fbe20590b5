import Foundation
import SampanTestSupport
import StoreTestSupport

/// curl as a caller of a region's node, with a certificate, over HTTP/2.
struct WebCaller {
    struct Answer {
        let status: Int
        let head: String
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        /// The messages of a stream, by their flags; nil where the body is none.
        var envelopes: [Envelope]? { Envelope.read(body) }
        /// What the last message of a stream of Connect says.
        var end: String? { envelopes?.last.flatMap { $0.flags == 2 ? $0.text : nil } }
    }

    /// `HOST:PORT` of the node.
    let place: String
    /// Key and certificates in one file.
    let identity: String
    private let folder: TemporaryDirectory

    init(place: String, identity: String) throws {
        (self.place, self.identity) = (place, identity)
        folder = try TemporaryDirectory()
    }

    /// The admin of a region.
    init(_ region: TestRegion) throws { try self.init(place: region.place, identity: "\(region.identity)/identity.pem") }

    private func options(_ path: String, type: String?, headers: [String], method: String) -> [String] {
        var arguments = [
            "--silent", "--show-error", "--http2", "--insecure", "--globoff", "--max-time", "250", "--cert", identity, "--request", method,
            "--header", type.map { "content-type: \($0)" } ?? "content-type:",
        ]
        for header in headers { arguments += ["--header", header] }
        return arguments + ["https://\(place)\(path)"]
    }

    /// One request; `headers` as curl's -H takes them. A GET has a body only where it is given one.
    func call(
        _ path: String, _ body: [UInt8] = [], type: String? = "application/json", headers: [String] = [], method: String = "POST"
    ) async throws -> Answer {
        let name = UUID().uuidString
        let (input, output, head) = (folder.file("\(name)-in"), folder.file("\(name)-out"), folder.file("\(name)-head"))
        try Data(body).write(to: URL(fileURLWithPath: input))
        var arguments = ["--output", output, "--dump-header", head, "--write-out", "%{http_version} %{http_code}"]
        if method != "GET" || !body.isEmpty { arguments += ["--data-binary", "@\(input)"] }
        let run = try await FinishedProgram.run(
            "/usr/bin/curl", arguments + options(path, type: type, headers: headers, method: method))
        let parts = run.output.split(separator: " ")
        guard run.status == 0, parts.count == 2, parts[0] == "2", let status = Int(parts[1]) else {
            throw Failure(description: "curl: \(run.status) \(run.output) \(run.errors)")
        }
        let bytes = [UInt8]((try? Data(contentsOf: URL(fileURLWithPath: output))) ?? Data())
        return Answer(status: status, head: try String(contentsOfFile: head, encoding: .utf8), body: bytes)
    }

    func call(_ path: String, json: String, headers: [String] = []) async throws -> Answer {
        try await call(path, Array(json.utf8), headers: headers)
    }

    /// GET as Connect has it.
    func get(_ path: String, headers: [String] = []) async throws -> Answer {
        try await call(path, type: nil, headers: headers, method: "GET")
    }

    /// What HEAD gets.
    func head(_ path: String) async throws -> String {
        let all = options(path, type: nil, headers: [], method: "HEAD")
        let run = try await FinishedProgram.run("/usr/bin/curl", ["--head"] + all)
        guard run.status == 0 else { throw Failure(description: "curl: \(run.status) \(run.errors)") }
        return run.output
    }

    /// A stream of Connect, sent whole.
    func stream(_ path: String, _ messages: [String], headers: [String] = []) async throws -> Answer {
        try await call(path, Envelope.bytes(messages.map { Array($0.utf8) }), type: "application/connect+json", headers: headers)
    }

    struct Failure: Error, CustomStringConvertible { let description: String }
}
