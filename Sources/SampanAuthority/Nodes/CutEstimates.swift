internal import SampanAPI
internal import SampanRPC
internal import Synchronization

/// Answers to questions about cuts, until whoever asked has looked.
final class CutEstimates: Sendable {
    private struct Question {
        var answers: [PeerIdentity: TrustV1.CutEstimate] = [:]
        let continuation: AsyncStream<Void>.Continuation
    }

    private let questions = Mutex<[String: Question]>([:])

    /// Begins a question; the stream speaks with every answer.
    func begin(_ id: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        questions.withLock { $0[id] = Question(continuation: continuation) }
        return stream
    }

    func answered(_ estimate: TrustV1.CutEstimate, by node: PeerIdentity) {
        let continuation = questions.withLock { questions in
            questions[estimate.questionID]?.answers[node] = estimate
            return questions[estimate.questionID]?.continuation
        }
        continuation?.yield()
    }

    func answers(_ id: String) -> [PeerIdentity: TrustV1.CutEstimate] { questions.withLock { $0[id]?.answers ?? [:] } }

    func end(_ id: String) {
        questions.withLock { $0.removeValue(forKey: id) }?.continuation.finish()
    }
}
