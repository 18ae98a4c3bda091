import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A value that a service shows of itself, read at each scrape. Its labels never name a person. */
export type Measure = {
  /** Prometheus name, with its unit. */
  name: string;
  help: string;
  labels: readonly string[];
  read(): { labels: Record<string, string>; value: number }[];
};

function showMeasure(registry: Registry, { name, help, labels, read }: Measure): void {
  new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect() {
      this.reset(); // what is no longer there is no longer shown
      for (const { labels: of, value } of read()) this.set(of, value);
    },
  });
}

/** Prometheus metrics at `/metrics`: the process, and requests by route pattern (never by address, which may name a person). */
export function registerMetrics(
  app: FastifyInstance,
  name: string,
  measures: readonly Measure[] = [],
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  for (const measure of measures) showMeasure(registry, measure);
  // Methods, routes and statuses are few; finding their series anew each time costs more than counting.
  const series = new Map<string, { observe(seconds: number): void }>();
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const { url: route = 'none' } = request.routeOptions;
    const status = String(reply.raw.statusCode);
    const key = `${method} ${status} ${route}`;
    const known = series.get(key) ?? durations.labels({ method, route, status });
    series.set(key, known);
    known.observe(reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return registry;
}
