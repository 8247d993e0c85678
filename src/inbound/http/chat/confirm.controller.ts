// Links in messages that act: the link opens a page that asks, and only its button changes anything.
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ACTION_NAMES, actionNamed, isActionName } from '../../../alerting/chat-command.js';
import { DeviationStore } from '../../../alerting/deviation-store.js';
import { headline } from '../../../alerting/headline.js';
import { SignedLinks } from '../../../alerting/signed-links.js';
import { Problem, orNotFound } from '../problem/problem.js';
import { ChatHandling } from './chat-handling.js';

const linkQuery = z.object({
  action: z.string().refine(isActionName, 'not an action'),
  expires: z.string().max(16),
  signature: z.string().max(128),
});
type LinkQuery = z.infer<typeof linkQuery>;
const LONGEST_NAME = 64;

@ApiExcludeController()
@Controller('chat/handle')
export class ConfirmController {
  constructor(
    @Inject(DeviationStore) private readonly store: DeviationStore,
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(ChatHandling) private readonly handling: ChatHandling,
  ) {}

  @Get(':deviation')
  async ask(
    @Param('deviation') id: string,
    @Query({ schema: linkQuery }) query: LinkQuery,
    @Res() response: Response,
  ): Promise<void> {
    this.check(id, query);
    const deviation = orNotFound(await this.store.find(id), 'deviation', id);
    const action = ACTION_NAMES[query.action as keyof typeof ACTION_NAMES];
    page(
      response,
      `<h1>${escape(headline(deviation))}</h1><p>It is ${deviation.status} now.</p>` +
        `<form method="post"><p><label>Your name <input name="name" maxlength="${LONGEST_NAME}" autocomplete="name"></label></p>` +
        `<p><button>${escape(action)}</button></p></form>`,
    );
  }

  @Post(':deviation')
  @HttpCode(200)
  async act(
    @Param('deviation') id: string,
    @Query({ schema: linkQuery }) query: LinkQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.check(id, query);
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const name = (new URLSearchParams(body).get('name') ?? '').trim().slice(0, LONGEST_NAME);
    // eslint-disable-next-line no-control-regex
    const actor = name.replace(/[\u0000-\u001f\u007f]/g, '') || 'a signed link';
    const action = actionNamed(query.action as keyof typeof ACTION_NAMES, Date.now());
    page(response, `<p>${escape(await this.handling.handle(id, action, actor))}</p>`);
  }

  private check(id: string, { action, expires, signature }: LinkQuery): void {
    if (!this.links.isValid(`handle/${action}`, id, expires, signature, Date.now()))
      throw new Problem(403, 'the link is not valid, or no longer: open the run on the page and handle it there');
  }
}

function page(response: Response, body: string): void {
  response
    .type('text/html; charset=utf-8')
    .setHeader('cache-control', 'no-store')
    .setHeader('referrer-policy', 'same-origin')
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>offcurve</title>` +
        `<style>body{font:17px/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}` +
        `h1{font-size:1.2rem}button,input{font:inherit;padding:.5rem 1rem}</style></head><body>${body}</body></html>`,
    );
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
