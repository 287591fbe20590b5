@testable import SampanCrypto
import Testing

@Suite("What a handshake is told about a peer")
struct PeerVerdictTests {
    enum Case: CaseIterable {
        case admitted, refused, revoked

        var verdict: PeerVerdict {
            switch self {
            case .admitted: .admitted
            case .refused: .refused
            case .revoked: .revoked("institution 4699010001 is revoked")
            }
        }
    }

    @Test("both ends name a revocation by its label, and a refusal by policy by its own", arguments: Case.allCases)
    func labels(_ row: Case) throws {
        let trust = try TestTrust()
        var configuration = trust.configuration(.server, try trust.identity())
        configuration.verdict = { _ in row.verdict }
        let pair = try TLSPair(client: TLSContext(trust.configuration(.client, try trust.identity())), server: TLSContext(configuration))
        pair.handshake()
        switch row {
        case .admitted: #expect(pair.serverError == nil && pair.clientError == nil)
        case .refused:
            #expect(pair.serverError?.reason == .refusedByPolicy)
            #expect(pair.clientError?.reason == .alert(.badCertificate))
        case .revoked:
            let error = try #require(pair.serverError)
            #expect(error.reason == .certificateRevoked && error.detail.contains("institution 4699010001"))
            #expect(HandshakeResult(error.reason) == .certificateRevoked)
            #expect(pair.clientError?.reason == .alert(.certificateRevoked))
            // What is said about it stays here.
            #expect(pair.clientError?.detail.contains("4699010001") == false)
        }
    }
}
