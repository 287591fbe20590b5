extension ChannelCore: CredentialsUser {
    func credentialsChanged() {
        loop.submit { self.forgetFailures() }
    }

    func cut(_ why: @escaping AdmissionGate.Question) async -> CutReport {
        let began = EventLoop.readClock()
        return await withCheckedContinuation { continuation in
            loop.submit { self.cut(why, began: began) { continuation.resume(returning: $0) } }
        }
    }

    func drain(_ which: @escaping @Sendable (ConnectionTrust) -> Bool) async {
        await loop.run { self.retire(which) }
    }

    func count(_ which: @escaping @Sendable (VerifiedPeer) -> Bool) async -> ConnectionCount {
        await loop.run { self.counted(which) }
    }

    func figures(_ which: @escaping @Sendable (VerifiedPeer) -> Bool) async -> [ConnectionFigures] {
        await loop.run { self.figured(which) }
    }
}
