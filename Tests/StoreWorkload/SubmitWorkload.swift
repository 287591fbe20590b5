import Glibc
import SampanDomain
import SampanFerry
import SampanStorage

/// Measures durable submits per second: `count` of them by `callers` concurrent callers.
struct SubmitWorkload {
    let path: String
    let callers: Int
    let count: Int

    func run() async throws {
        let store = try await RequestStore.open(path: path, maximumOpen: count + callers)
        let submitter = try InstitutionCode("4699010001", scheme: .local)
        let clock = ContinuousClock()
        let each = count / callers
        let latencies = Latencies()
        let elapsed = try await clock.measure {
            try await withThrowingTaskGroup(of: [Duration].self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        var times: [Duration] = []
                        for index in 0..<each {
                            let request = NewRequest(
                                submitter: submitter, requestID: try RequestID("r-\(caller)-\(index)"),
                                hash: [UInt8](repeating: 7, count: 32),
                                payload: [UInt8](repeating: 42, count: 250), deadline: UnixTime(nanoseconds: .max))
                            let start = clock.now
                            _ = try await store.submit(request, now: UnixTime(nanoseconds: 1))
                            times.append(clock.now - start)
                        }
                        return times
                    }
                }
                for try await times in group { latencies.add(times) }
            }
        }
        print("submit callers=\(callers) rows=\(each * callers) rows/s=\(rate(each * callers, elapsed)) \(latencies.summary)")
        await store.close()
    }
}

/// Submits from many tasks for ever and prints number and id of each row that was acknowledged. A test kills it.
struct AcknowledgedSubmits {
    let path: String
    /// Sets the ids of this run apart from those of an earlier one over the same file.
    let life: Int

    func run() async throws {
        let store = try await RequestStore.open(path: path)
        let submitter = try InstitutionCode("4699010001", scheme: .local)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<32 {
                group.addTask {
                    var index = 0
                    while let id = try? RequestID("\(life)-\(task)-\(index)") {
                        let request = NewRequest(
                            submitter: submitter, requestID: id, hash: [7], payload: [42], deadline: UnixTime(nanoseconds: .max))
                        guard let status = try? await store.submit(request, now: UnixTime(nanoseconds: 1)) else { return }
                        let line = Array("\(status.seq) \(id.text)\n".utf8)
                        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
                        index += 1
                    }
                }
            }
        }
    }
}

func rate(_ count: Int, _ elapsed: Duration) -> Int { Int(Double(count) / (elapsed / .seconds(1))) }
