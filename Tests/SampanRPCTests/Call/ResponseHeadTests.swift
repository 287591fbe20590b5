import SampanRPC
import Testing

@Suite("Heads and trailers of an answer, on the client")
struct ResponseHeadTests {
    private static func read(_ fields: [(String, String)]) -> ResponseHead {
        var head = ResponseHead()
        for (name, value) in fields { head.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        return head
    }

    private static let grpc = ("content-type", "application/grpc")

    @Test(
        "heads that are no gRPC answer",
        arguments: [
            ([], .internal), ([(":status", "200")], .unknown), ([(":status", "200"), ("content-type", "text/html")], .unknown),
            ([(":status", "503"), grpc], .unavailable), ([(":status", "404")], .unimplemented), ([(":status", "x"), grpc], .internal),
            ([(":status", "200"), grpc, ("x-bin", "?")], .internal), ([(":status", "200"), grpc], nil),
            ([(":status", "200"), ("content-type", "application/grpc+proto")], nil), ([(":status", "404"), ("grpc-status", "5")], nil),
        ] as [([(String, String)], StatusCode?)])
    func refusals(fields: [(String, String)], code: StatusCode?) {
        #expect(Self.read(fields).refusal?.code == code)
    }

    @Test("interim heads", arguments: [("100", true), ("103", true), ("199", true), ("200", false), ("99", false), ("", false)])
    func interim(status: String, isInterim: Bool) {
        #expect(Self.read([(":status", status)]).isInterim == isInterim)
    }

    @Test(
        "outcomes",
        arguments: [
            ("0", nil), ("00", nil), ("1", .cancelled), ("16", .unauthenticated), ("17", .unknown), ("999999999", .unknown),
            ("1000000000", .unknown), ("-1", .unknown), ("", .unknown), ("x", .unknown), (nil, .unknown),
        ] as [(String?, StatusCode?)])
    func outcomes(status: String?, code: StatusCode?) {
        switch Self.read(status.map { [("grpc-status", $0)] } ?? []).outcome {
        case .ok: #expect(code == nil)
        case .failure(let error): #expect(error.code == code)
        }
    }

    @Test("message, details and metadata come with the status")
    func whole() throws {
        let head = Self.read([
            ("grpc-status", "9"), ("grpc-message", "%E5%8F%B7%"), ("grpc-status-details-bin", "CAk="), ("x-a", "1"), ("grpc-other", "2"),
        ])
        guard case .failure(let error) = head.outcome else {
            Issue.record("9 is no OK")
            return
        }
        #expect(error.code == .failedPrecondition)
        #expect(error.message == "号%")
        #expect(error.statusDetails == [8, 9])
        #expect(error.metadata.map(\.key) == ["x-a"])
    }
}
