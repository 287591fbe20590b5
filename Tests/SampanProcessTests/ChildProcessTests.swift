import Foundation
import SampanProcess
import StoreTestSupport
import Testing

@Suite("Child processes", .timeLimit(.minutes(20)))
struct ChildProcessTests {
    private static func shell(
        _ script: String, environment: [String: String]? = nil, input: ChildProcess.Input = .nothing, into file: String? = nil
    ) throws -> ChildProcess {
        let output = file.map { ChildProcess.Output.file($0) } ?? .inherited
        return try ChildProcess(
            program: "/bin/sh", arguments: ["-c", script], environment: environment, input: input, output: output, errors: output)
    }

    @Test(
        "how it ends is told, to whoever asks and as often as one asks",
        arguments: [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 128 + SIGTERM), ("kill -KILL $$", 128 + SIGKILL)])
    func ends(script: String, status: Int32) async throws {
        let process = try Self.shell(script)
        async let first = process.waitForEnd()
        async let second = process.waitForEnd()
        #expect(await first == status)
        #expect(await second == status)
        #expect(process.wait() == status)
        #expect(!process.isRunning)
        // The number may be another process's by now.
        process.signal(SIGKILL)
    }

    @Test("both outputs may go to one file, after what it held; the environment is the one given, in any script")
    func output() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("said")
        try Data("before\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try Self.shell("echo \"$NAME\"; echo 错误 >&2; env | wc -l", environment: ["NAME": "县医院"], into: file).wait() == 0)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.prefix(3) == ["before", "县医院", "错误"])
        // The shell adds PWD, and may add SHLVL and _.
        #expect(try (1...4).contains(#require(lines.last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) })))
    }

    @Test("a file that is made is its owner's alone")
    func newFile() throws {
        let directory = try TemporaryDirectory()
        #expect(try Self.shell("echo secret", into: directory.file("new")).wait() == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: directory.file("new"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("a child on a lifeline ends with whoever holds it; one without reads the end at once")
    func lifeline() async throws {
        var held: ChildProcess? = try Self.shell("read line; kill -0 $PPID && exit 3", input: .lifeline)
        let (number, isRunning) = (held?.number ?? 0, held?.isRunning == true)
        #expect(isRunning)
        held = nil
        // Nobody is left who could wait for it by name.
        var status: Int32 = 0
        #expect(unsafe waitpid(number, &status, 0) == number && status >> 8 == 3)
        #expect(try Self.shell("read line && exit 4; exit 5").wait() == 5)
    }

    @Test("one child does not inherit what another one was given: fifty at a time, each one's pipe ends with it")
    func inheritance() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    let (process, output) = try ChildProcess.withOutputPipe(program: "/bin/echo", arguments: ["x"])
                    defer { close(output) }
                    let bytes = FileHandle(fileDescriptor: output).readDataToEndOfFile()
                    let status = await process.waitForEnd()
                    return bytes == Data("x\n".utf8) && status == 0
                }
            }
            for try await isGood in tasks { #expect(isGood) }
        }
    }

    @Test("what it says comes through the pipe, and the pipe ends with it, however it ends")
    func pipe() throws {
        for (script, status) in [("echo said", 0), ("echo said; kill -KILL $$", 128 + SIGKILL)] {
            let (process, output) = try ChildProcess.withOutputPipe(program: "/bin/sh", arguments: ["-c", script])
            defer { close(output) }
            #expect(FileHandle(fileDescriptor: output).readDataToEndOfFile() == Data("said\n".utf8))
            #expect(process.wait() == status)
        }
    }

    @Test("signals that the parent blocks or ignores reach the child")
    func signals() async throws {
        var (blocked, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&blocked)
        unsafe sigaddset(&blocked, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &blocked, &before)
        let process = try Self.shell("exec sleep 600")
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        process.signal(SIGTERM)
        #expect(await process.waitForEnd() == 128 + SIGTERM)
    }

    @Test("a program that is not there, or must not be run, is said to be so", arguments: ["/nonexistent/程序", "/etc/passwd", "/"])
    func refusals(program: String) throws {
        let error = #expect(throws: SpawnError.self) { try ChildProcess(program: program, arguments: [], input: .lifeline) }
        #expect(error?.description.contains(program) == true)
        #expect([ENOENT, EACCES].contains(error?.number ?? 0))
    }
}
