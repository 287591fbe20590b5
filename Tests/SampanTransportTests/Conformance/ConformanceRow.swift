import SampanSiege
import Testing

/// Bytes that a client sends after its preface and SETTINGS, and what the server must make of them.
struct ConformanceRow: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        /// GOAWAY with this code, and the end of the connection.
        case connection(UInt32)
        /// RST_STREAM with this code; the connection goes on.
        case stream(UInt32, UInt32)
        /// Neither GOAWAY nor RST_STREAM.
        case ignored
        /// A whole answer on this stream, and no error.
        case answered(UInt32)
        /// A connection error or a stream error with this code: the RFC leaves the choice.
        case either(UInt32, UInt32)
    }

    let section: String
    let name: String
    let bytes: [UInt8]
    let outcome: Outcome

    init(_ section: String, _ name: String, _ bytes: [UInt8], _ outcome: Outcome) {
        (self.section, self.name, self.bytes, self.outcome) = (section, name, bytes, outcome)
    }

    var testDescription: String { "\(section) \(name)" }

    func check(_ reaction: ScriptedPeer.Reaction) {
        #expect(!reaction.isSilent, "\(testDescription) hangs")
        switch outcome {
        case .connection(let code):
            #expect(reaction.goAway == code, "\(testDescription): \(reaction)")
            #expect(reaction.isClosed, "\(testDescription): \(reaction)")
        case .stream(let id, let code):
            #expect(reaction.resets == [id: code], "\(testDescription): \(reaction)")
            expectOpen(reaction)
        case .ignored:
            #expect(reaction.resets.isEmpty, "\(testDescription): \(reaction)")
            expectOpen(reaction)
        case .answered(let id):
            #expect(reaction.resets.isEmpty, "\(testDescription): \(reaction)")
            #expect(reaction.ended.contains(id), "\(testDescription): \(reaction)")
            expectOpen(reaction)
        case .either(let id, let code):
            #expect(reaction.goAway == code || (reaction.resets == [id: code] && !reaction.isClosed), "\(testDescription): \(reaction)")
        }
    }

    private func expectOpen(_ reaction: ScriptedPeer.Reaction) {
        #expect(reaction.goAway == nil, "\(testDescription): \(reaction)")
        #expect(!reaction.isClosed, "\(testDescription): \(reaction)")
    }
}
