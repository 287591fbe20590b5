internal import SampanAPI
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC

/// What a node is told on its stream. One task, which a slow node holds up and nobody else.
struct FollowerSpeaker: Sendable {
    let authority: Authority
    let follower: Follower

    /// Sends what there is whenever there is something, until the stream ends or the node is denied.
    func speak(to responses: MessageWriter<TrustV1.FollowEpochsResponse>) async throws {
        for await _ in follower.wakes {
            while let item = follower.next(newest: authority.state.epochNumber, at: authority.clock.uptime()) {
                let content: TrustV1.FollowEpochsResponse.Content =
                    switch item {
                    case .epoch(let number): .epoch(try await authority.signedEpoch(number))
                    case .question(let question): .cutQuestion(question)
                    case .upToDate(let number): .upToDate(TrustV1.UpToDate(number: number))
                    }
                try await responses.send(TrustV1.FollowEpochsResponse(content: content, clock: authority.clock.wall().timestamp))
            }
        }
    }
}
