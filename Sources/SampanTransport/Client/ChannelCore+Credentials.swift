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
}
