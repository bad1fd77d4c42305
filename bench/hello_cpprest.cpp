// Hello, on cpprestsdk's own transport: bench_hello_cpprest PORT. Answers until SIGTERM. Its pair is
// hello.cpp.
#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <csignal>
#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigaddset(&end, SIGINT);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);  // before any thread exists, so that all inherit it

  const std::string port = argc > 1 ? argv[1] : "8080";
  crossplat::threadpool::initialize_with_threads(
      2);  // its best figure on 2 cores; the default of 40 is slower
  web::http::experimental::listener::http_listener listener("http://127.0.0.1:" + port);
  listener.support([](const web::http::http_request& request) {
    web::http::http_response response(web::http::status_codes::OK);
    response.set_body(R"({"hello":"world"})", "application/json");
    request.reply(response);
  });
  listener.open().wait();
  std::printf("listening on %s\n", port.c_str());
  std::fflush(stdout);

  int received = 0;
  sigwait(&end, &received);
  listener.close().wait();
}
