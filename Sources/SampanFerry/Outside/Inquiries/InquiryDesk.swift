package import SampanAPI
package import SampanRPC

/// `sampan.gateway.v1.InquiryService`: where the inside pulls questions and answers them. As `FerryDesk`, it never calls inwards.
package struct InquiryDesk: GatewayV1.InquiryServiceHandler {
    /// Questions of one claim at the most, so that their answers fit into one message.
    package static let maximumClaim = 8

    private let board: InquiryBoard
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameter pause: waits, or returns early when the task is cancelled.
    package init(board: InquiryBoard, pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }) {
        self.board = board
        self.pause = pause
    }

    package func claimInquiries(
        _ request: GatewayV1.ClaimInquiriesRequest, context: CallContext
    ) async throws -> GatewayV1.ClaimInquiriesResponse {
        guard (1...256).contains(request.limit) else {
            throw RPCError(.invalidArgument, reason: "INVALID_CLAIM", "limit \(request.limit); right would be 1 to 256")
        }
        let limit = min(Int(request.limit), Self.maximumClaim)
        var inquiries = board.claim(limit: limit)
        if inquiries.isEmpty, let wait = request.wait?.duration, wait > .zero {
            inquiries = await next(limit: limit, within: min(wait, FerryDesk.maximumWait))
        }
        return GatewayV1.ClaimInquiriesResponse(inquiries: inquiries)
    }

    package func answerInquiries(
        _ request: GatewayV1.AnswerInquiriesRequest, context: CallContext
    ) async throws -> GatewayV1.AnswerInquiriesResponse {
        for answer in request.answers { board.answer(answer) }
        return GatewayV1.AnswerInquiriesResponse()
    }

    /// The next questions, or none when the time is over.
    private func next(limit: Int, within wait: Duration) async -> [GatewayV1.Inquiry] {
        let (board, pause) = (board, pause)
        return await withTaskGroup(of: [GatewayV1.Inquiry].self) { tasks in
            tasks.addTask {
                // Another worker may have been faster: then this one goes on waiting.
                while await board.wait() {
                    let taken = board.claim(limit: limit)
                    if !taken.isEmpty { return taken }
                }
                return []
            }
            tasks.addTask {
                await pause(wait)
                return []
            }
            let first = await tasks.next() ?? []
            tasks.cancelAll()
            // What was taken in the last moment is not dropped.
            return first.isEmpty ? await tasks.next() ?? [] : first
        }
    }
}
