internal import Logging
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// What a node needs to believe and to sign staff tokens: the standing of everybody, which it follows at the platform.
struct StaffPart: Sendable {
    let board: StandingBoard
    private let log: Logger

    init?(_ section: StaffSection?, log: Logger) {
        guard let section else { return nil }
        let time = NodeTrustTime.system(wall: WallClock.now)
        board = StandingBoard(limit: section.limit, uptime: time.uptime)
        self.log = log
    }

    func services(_ node: ServingNode) -> [any RPCService] {
        [StaffTokenDesk(node.credentials, standing: board, now: WallClock.now)]
    }

    /// Follows the registry until its task is cancelled.
    func keep(_ node: ServingNode, platform: [HostAndPort]) async {
        guard !platform.isEmpty else { return log.error("nobody of the staff is believed: the node knows no platform to ask") }
        let channel = ClientChannel(
            group: node.group, endpoints: platform.map { Endpoint($0) }, credentials: node.credentials, role: .platform)
        let log = log
        // Of the last attempt: a platform that is away is told once.
        let isThere = Mutex(true)
        let follower = StandingFollower(channel, board: board, pause: { try? await Task.sleep(for: $0) }) { event in
            switch event {
            case .connected:
                let was = isThere.withLock { isThere in
                    defer { isThere = true }
                    return isThere
                }
                if !was { log.notice("the registry's stream of staff is there again") }
            // Every stream ends after the server's longest time for a call, and the next one is there before anybody notices.
            case .disconnected(let error) where error.code == .deadlineExceeded: break
            case .disconnected(let error):
                let was = isThere.withLock { isThere in
                    defer { isThere = false }
                    return isThere
                }
                if was { log.error("the registry's stream of staff is gone", metadata: ["reason": "\(error.code)"]) }
            }
        }
        await follower.run()
        await channel.shutdown(grace: .zero)
    }
}
