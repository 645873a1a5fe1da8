// @ts-nocheck: by ajv and `make schemas`.
import { formats, measures } from '../formats.ts'
export const agentSchema = {"type":"object","required":["network","files","fields","spoolSize","durability","onLostState","pollInterval","shutdownTimeout","log"],"properties":{"network":{"type":"object","required":["balance","maxConnectionAge","timeout","protocol","wireForm","compressionLevel","windowsInFlight"],"properties":{"servers":{"type":"array","items":{"type":"string","format":"address","expects":"\"host:port\""},"minItems":1,"expects":"a list such as [\"logs.example.com:5044\"]"},"balance":{"enum":["random","failover","all"],"expects":"one of \"random\", \"failover\", \"all\"","default":"random"},"zone":{"type":"string","minLength":1,"expects":"text"},"maxConnectionAge":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"30d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 30d","default":"30m"},"ssl certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file","isAbsentWhenEmpty":true},"ssl key":{"type":"string","minLength":1,"expects":"the path of a PEM file","isAbsentWhenEmpty":true},"ssl ca":{"type":"string","minLength":1,"expects":"the path of a PEM file","isAbsentWhenEmpty":true},"tls":{"anyOf":[{"type":"object","properties":{"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"}},"additionalProperties":false,"expects":"an object"},{"type":"boolean","const":false}],"expects":"an object, or false for plain text"},"timeout":{"type":["number","string"],"format":"duration","durationFrom":"0s","durationTo":"1h","expects":"a number of seconds or a duration such as \"15s\", from 0s to 1h","default":15},"protocol":{"enum":[1,2],"expects":"one of 1, 2","default":2},"wireForm":{"enum":["auto","lumberjack"],"expects":"one of \"auto\", \"lumberjack\"","default":"auto"},"compressionLevel":{"type":"integer","expects":"a whole number from 0 to 9","default":1,"minimum":0,"maximum":9},"windowsInFlight":{"type":"integer","expects":"a whole number from 1 to 16","default":4,"minimum":1,"maximum":16}},"additionalProperties":false,"expects":"an object","default":{}},"files":{"type":"array","items":{"type":"object","required":["paths","exclude","fields","dead time","startPosition","maxLineBytes","archives"],"properties":{"paths":{"type":"array","items":{"type":"string","minLength":1,"expects":"a glob such as \"/var/log/*.log\", or \"-\""},"minItems":1,"expects":"a list such as [\"/var/log/*.log\"]"},"exclude":{"type":"array","items":{"type":"string","minLength":1,"expects":"a glob"},"default":[],"expects":"a list of globs"},"fields":{"type":"object","patternProperties":{"^.*$":{}},"expects":"an object","default":{}},"dead time":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 3650d","default":"24h","isAbsentWhenEmpty":true},"startPosition":{"enum":["beginning","end"],"expects":"one of \"beginning\", \"end\"","default":"beginning"},"maxLineBytes":{"type":"string","format":"size","sizeFrom":"64B","sizeTo":"2560KiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 64B to 2560KiB","default":"1MiB"},"archives":{"type":"boolean","expects":"true or false","default":false}},"additionalProperties":false,"expects":"an object"},"expects":"a list of objects such as {\"paths\": [\"/var/log/*.log\"]}"},"discovery":{"type":"object","properties":{"etcd":{"type":"object","required":["endpoints","layout","prefix"],"properties":{"endpoints":{"type":"array","items":{"type":"string","minLength":1,"expects":"an address such as \"https://etcd1:2379\""},"minItems":1,"expects":"a list such as [\"https://etcd1:2379\"]"},"layout":{"enum":["forwarder","logstash"],"expects":"one of \"forwarder\", \"logstash\"","default":"forwarder"},"prefix":{"type":"string","minLength":1,"expects":"a path such as \"/forwarder\": it begins with / and does not end with one","default":"/forwarder","format":"etcd-prefix"},"user":{"type":"string","minLength":1,"expects":"text"},"password":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passwordFile":{"type":"string","minLength":1,"expects":"a path"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"}},"additionalProperties":false,"expects":"an object"},"dns":{"type":"object","required":["names","refresh"],"properties":{"names":{"type":"array","items":{"type":"string","format":"address","expects":"\"host:port\""},"minItems":1,"expects":"a list such as [\"logs.example.com:5044\"]"},"refresh":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"1d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 1d","default":"30s"}},"additionalProperties":false,"expects":"an object"},"srv":{"type":"object","required":["name","refresh"],"properties":{"name":{"type":"string","minLength":1,"expects":"a name such as \"_lumberjack._tcp.example.org\"","format":"srv-name"},"refresh":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"1d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 1d","default":"30s"}},"additionalProperties":false,"expects":"an object"}},"additionalProperties":false,"expects":"an object"},"enrolment":{"type":"object","required":["caFingerprint"],"properties":{"caFingerprint":{"type":"string","minLength":1,"expects":"the fingerprint that `forwarder ca fingerprint` prints: sha256: and 64 hexadecimal digits","format":"fingerprint"},"token":{"type":"string","minLength":1,"expects":"text","isSecret":true},"tokenFile":{"type":"string","minLength":1,"expects":"a path"},"name":{"type":"string","minLength":1,"expects":"text"}},"additionalProperties":false,"expects":"an object"},"host":{"type":"string","minLength":1,"expects":"text"},"fields":{"type":"object","patternProperties":{"^.*$":{}},"expects":"an object","default":{}},"spoolSize":{"type":"integer","expects":"a whole number from 1 to 10000","default":4096,"minimum":1,"maximum":10000},"durability":{"enum":["disk","process"],"expects":"one of \"disk\", \"process\"","default":"disk"},"onLostState":{"enum":["stop","resend","end"],"expects":"one of \"stop\", \"resend\", \"end\"","default":"stop"},"pollInterval":{"type":"string","format":"duration","durationFrom":"10ms","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 10ms to 1h","default":"1s"},"holdTime":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 3650d"},"holdBytes":{"type":"string","format":"size","sizeFrom":"1MiB","sizeTo":"1024TiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 1MiB to 1024TiB"},"include":{"type":"array","items":{"type":"string","minLength":1,"expects":"a path"},"minItems":1,"expects":"a list such as [\"conf.d\"]"},"stateDir":{"type":"string","minLength":1,"expects":"a path"},"shutdownTimeout":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 1h","default":"5s"},"metrics":{"type":"object","required":["listen"],"properties":{"listen":{"type":"string","format":"address","expects":"\"host:port\" such as \"127.0.0.1:9605\""}},"additionalProperties":false,"expects":"an object"},"log":{"type":"object","required":["level","format","syslog"],"properties":{"level":{"enum":["debug","info","warn","error"],"expects":"one of \"debug\", \"info\", \"warn\", \"error\"","default":"info"},"format":{"enum":["auto","json","text"],"expects":"one of \"auto\", \"json\", \"text\"","default":"auto"},"syslog":{"type":"boolean","expects":"true or false","default":false}},"additionalProperties":false,"expects":"an object","default":{}}},"additionalProperties":false,"expects":"an object"}
"use strict";
export const validateAgent = validate10;
const schema11 = agentSchema;
const func0 = Object.prototype.hasOwnProperty;
const formats0 = formats.address;
const formats2 = formats.duration;
const formats8 = formats.size;
const formats10 = /^(?:\/[^/\p{Cc}]+)+$/u;
const formats16 = /^_[\w-]+\._(?:tcp|udp)(?:\.[\w-]+)+\.?$/u;
const formats20 = /^(?:sha-?256[:=])?(?:[\da-f]{2}:?){31}[\da-f]{2}$/iu;

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.network === undefined) || (!(func0.call(data, "network")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "network"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.files === undefined) || (!(func0.call(data, "files")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "files"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((data.fields === undefined) || (!(func0.call(data, "fields")))){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fields"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((data.spoolSize === undefined) || (!(func0.call(data, "spoolSize")))){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spoolSize"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((data.durability === undefined) || (!(func0.call(data, "durability")))){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "durability"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((data.onLostState === undefined) || (!(func0.call(data, "onLostState")))){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "onLostState"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((data.pollInterval === undefined) || (!(func0.call(data, "pollInterval")))){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "pollInterval"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((data.shutdownTimeout === undefined) || (!(func0.call(data, "shutdownTimeout")))){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shutdownTimeout"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((data.log === undefined) || (!(func0.call(data, "log")))){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "log"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(func0.call(schema11.properties, key0))){
const err9 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.network !== undefined && func0.call(data, "network")){
let data0 = data.network;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if((data0.balance === undefined) || (!(func0.call(data0, "balance")))){
const err10 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "balance"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((data0.maxConnectionAge === undefined) || (!(func0.call(data0, "maxConnectionAge")))){
const err11 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "maxConnectionAge"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((data0.timeout === undefined) || (!(func0.call(data0, "timeout")))){
const err12 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "timeout"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if((data0.protocol === undefined) || (!(func0.call(data0, "protocol")))){
const err13 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "protocol"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((data0.wireForm === undefined) || (!(func0.call(data0, "wireForm")))){
const err14 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "wireForm"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((data0.compressionLevel === undefined) || (!(func0.call(data0, "compressionLevel")))){
const err15 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "compressionLevel"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((data0.windowsInFlight === undefined) || (!(func0.call(data0, "windowsInFlight")))){
const err16 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "windowsInFlight"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
for(const key1 of Object.keys(data0)){
if(!(func0.call(schema11.properties.network.properties, key1))){
const err17 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data0.servers !== undefined && func0.call(data0, "servers")){
let data1 = data0.servers;
if(Array.isArray(data1)){
if(data1.length < 1){
const err18 = {instancePath:instancePath+"/network/servers",schemaPath:"#/properties/network/properties/servers/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!(formats0(data2))){
const err19 = {instancePath:instancePath+"/network/servers/" + i0,schemaPath:"#/properties/network/properties/servers/items/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/network/servers/" + i0,schemaPath:"#/properties/network/properties/servers/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/network/servers",schemaPath:"#/properties/network/properties/servers/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data0.balance !== undefined && func0.call(data0, "balance")){
let data3 = data0.balance;
if(!(((data3 === "random") || (data3 === "failover")) || (data3 === "all"))){
const err22 = {instancePath:instancePath+"/network/balance",schemaPath:"#/properties/network/properties/balance/enum",keyword:"enum",params:{allowedValues: schema11.properties.network.properties.balance.enum}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data0.zone !== undefined && func0.call(data0, "zone")){
let data4 = data0.zone;
if(typeof data4 === "string"){
if(data4.length < 1){
const err23 = {instancePath:instancePath+"/network/zone",schemaPath:"#/properties/network/properties/zone/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/network/zone",schemaPath:"#/properties/network/properties/zone/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data0.maxConnectionAge !== undefined && func0.call(data0, "maxConnectionAge")){
let data5 = data0.maxConnectionAge;
if(measures.duration(data5) < 0){
const err25 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(measures.duration(data5) > 2592000000){
const err26 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(typeof data5 === "string"){
if(!(formats2(data5))){
const err27 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data0["ssl certificate"] !== undefined && func0.call(data0, "ssl certificate")){
let data6 = data0["ssl certificate"];
if(typeof data6 === "string"){
if(data6.length < 1){
const err29 = {instancePath:instancePath+"/network/ssl certificate",schemaPath:"#/properties/network/properties/ssl%20certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/network/ssl certificate",schemaPath:"#/properties/network/properties/ssl%20certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data0["ssl key"] !== undefined && func0.call(data0, "ssl key")){
let data7 = data0["ssl key"];
if(typeof data7 === "string"){
if(data7.length < 1){
const err31 = {instancePath:instancePath+"/network/ssl key",schemaPath:"#/properties/network/properties/ssl%20key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/network/ssl key",schemaPath:"#/properties/network/properties/ssl%20key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data0["ssl ca"] !== undefined && func0.call(data0, "ssl ca")){
let data8 = data0["ssl ca"];
if(typeof data8 === "string"){
if(data8.length < 1){
const err33 = {instancePath:instancePath+"/network/ssl ca",schemaPath:"#/properties/network/properties/ssl%20ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/network/ssl ca",schemaPath:"#/properties/network/properties/ssl%20ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data0.tls !== undefined && func0.call(data0, "tls")){
let data9 = data0.tls;
const _errs21 = errors;
let valid4 = false;
const _errs22 = errors;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key2 of Object.keys(data9)){
if(!(((key2 === "certificate") || (key2 === "key")) || (key2 === "ca"))){
const err35 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data9.certificate !== undefined && func0.call(data9, "certificate")){
let data10 = data9.certificate;
if(typeof data10 === "string"){
if(data10.length < 1){
const err36 = {instancePath:instancePath+"/network/tls/certificate",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/network/tls/certificate",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data9.key !== undefined && func0.call(data9, "key")){
let data11 = data9.key;
if(typeof data11 === "string"){
if(data11.length < 1){
const err38 = {instancePath:instancePath+"/network/tls/key",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/network/tls/key",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data9.ca !== undefined && func0.call(data9, "ca")){
let data12 = data9.ca;
if(typeof data12 === "string"){
if(data12.length < 1){
const err40 = {instancePath:instancePath+"/network/tls/ca",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/network/tls/ca",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
var _valid0 = _errs22 === errors;
valid4 = valid4 || _valid0;
if(!valid4){
const _errs31 = errors;
if(typeof data9 !== "boolean"){
const err43 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/1/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(false !== data9){
const err44 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/1/const",keyword:"const",params:{allowedValue: false}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
var _valid0 = _errs31 === errors;
valid4 = valid4 || _valid0;
}
if(!valid4){
const err45 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
else {
errors = _errs21;
if(vErrors !== null){
if(_errs21){
vErrors.length = _errs21;
}
else {
vErrors = null;
}
}
}
}
if(data0.timeout !== undefined && func0.call(data0, "timeout")){
let data13 = data0.timeout;
if((!((typeof data13 == "number") && (isFinite(data13)))) && (typeof data13 !== "string")){
const err46 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/type",keyword:"type",params:{type: schema11.properties.network.properties.timeout.type}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(measures.duration(data13) < 0){
const err47 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(measures.duration(data13) > 3600000){
const err48 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(typeof data13 === "string"){
if(!(formats2(data13))){
const err49 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
if(data0.protocol !== undefined && func0.call(data0, "protocol")){
let data14 = data0.protocol;
if(!((data14 === 1) || (data14 === 2))){
const err50 = {instancePath:instancePath+"/network/protocol",schemaPath:"#/properties/network/properties/protocol/enum",keyword:"enum",params:{allowedValues: schema11.properties.network.properties.protocol.enum}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data0.wireForm !== undefined && func0.call(data0, "wireForm")){
let data15 = data0.wireForm;
if(!((data15 === "auto") || (data15 === "lumberjack"))){
const err51 = {instancePath:instancePath+"/network/wireForm",schemaPath:"#/properties/network/properties/wireForm/enum",keyword:"enum",params:{allowedValues: schema11.properties.network.properties.wireForm.enum}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data0.compressionLevel !== undefined && func0.call(data0, "compressionLevel")){
let data16 = data0.compressionLevel;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err52 = {instancePath:instancePath+"/network/compressionLevel",schemaPath:"#/properties/network/properties/compressionLevel/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 9 || isNaN(data16)){
const err53 = {instancePath:instancePath+"/network/compressionLevel",schemaPath:"#/properties/network/properties/compressionLevel/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data16 < 0 || isNaN(data16)){
const err54 = {instancePath:instancePath+"/network/compressionLevel",schemaPath:"#/properties/network/properties/compressionLevel/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
if(data0.windowsInFlight !== undefined && func0.call(data0, "windowsInFlight")){
let data17 = data0.windowsInFlight;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err55 = {instancePath:instancePath+"/network/windowsInFlight",schemaPath:"#/properties/network/properties/windowsInFlight/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 16 || isNaN(data17)){
const err56 = {instancePath:instancePath+"/network/windowsInFlight",schemaPath:"#/properties/network/properties/windowsInFlight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data17 < 1 || isNaN(data17)){
const err57 = {instancePath:instancePath+"/network/windowsInFlight",schemaPath:"#/properties/network/properties/windowsInFlight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
}
else {
const err58 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.files !== undefined && func0.call(data, "files")){
let data18 = data.files;
if(Array.isArray(data18)){
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
let data19 = data18[i1];
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if((data19.paths === undefined) || (!(func0.call(data19, "paths")))){
const err59 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "paths"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if((data19.exclude === undefined) || (!(func0.call(data19, "exclude")))){
const err60 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "exclude"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if((data19.fields === undefined) || (!(func0.call(data19, "fields")))){
const err61 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "fields"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((data19["dead time"] === undefined) || (!(func0.call(data19, "dead time")))){
const err62 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "dead time"}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if((data19.startPosition === undefined) || (!(func0.call(data19, "startPosition")))){
const err63 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "startPosition"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if((data19.maxLineBytes === undefined) || (!(func0.call(data19, "maxLineBytes")))){
const err64 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "maxLineBytes"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if((data19.archives === undefined) || (!(func0.call(data19, "archives")))){
const err65 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "archives"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
for(const key3 of Object.keys(data19)){
if(!(((((((key3 === "paths") || (key3 === "exclude")) || (key3 === "fields")) || (key3 === "dead time")) || (key3 === "startPosition")) || (key3 === "maxLineBytes")) || (key3 === "archives"))){
const err66 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data19.paths !== undefined && func0.call(data19, "paths")){
let data20 = data19.paths;
if(Array.isArray(data20)){
if(data20.length < 1){
const err67 = {instancePath:instancePath+"/files/" + i1+"/paths",schemaPath:"#/properties/files/items/properties/paths/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
const len2 = data20.length;
for(let i2=0; i2<len2; i2++){
let data21 = data20[i2];
if(typeof data21 === "string"){
if(data21.length < 1){
const err68 = {instancePath:instancePath+"/files/" + i1+"/paths/" + i2,schemaPath:"#/properties/files/items/properties/paths/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/files/" + i1+"/paths/" + i2,schemaPath:"#/properties/files/items/properties/paths/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
else {
const err70 = {instancePath:instancePath+"/files/" + i1+"/paths",schemaPath:"#/properties/files/items/properties/paths/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data19.exclude !== undefined && func0.call(data19, "exclude")){
let data22 = data19.exclude;
if(Array.isArray(data22)){
const len3 = data22.length;
for(let i3=0; i3<len3; i3++){
let data23 = data22[i3];
if(typeof data23 === "string"){
if(data23.length < 1){
const err71 = {instancePath:instancePath+"/files/" + i1+"/exclude/" + i3,schemaPath:"#/properties/files/items/properties/exclude/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/files/" + i1+"/exclude/" + i3,schemaPath:"#/properties/files/items/properties/exclude/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath:instancePath+"/files/" + i1+"/exclude",schemaPath:"#/properties/files/items/properties/exclude/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data19.fields !== undefined && func0.call(data19, "fields")){
let data24 = data19.fields;
if(!(data24 && typeof data24 == "object" && !Array.isArray(data24))){
const err74 = {instancePath:instancePath+"/files/" + i1+"/fields",schemaPath:"#/properties/files/items/properties/fields/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data19["dead time"] !== undefined && func0.call(data19, "dead time")){
let data25 = data19["dead time"];
if(measures.duration(data25) < 1000){
const err75 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(measures.duration(data25) > 315360000000){
const err76 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(typeof data25 === "string"){
if(!(formats2(data25))){
const err77 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
else {
const err78 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data19.startPosition !== undefined && func0.call(data19, "startPosition")){
let data26 = data19.startPosition;
if(!((data26 === "beginning") || (data26 === "end"))){
const err79 = {instancePath:instancePath+"/files/" + i1+"/startPosition",schemaPath:"#/properties/files/items/properties/startPosition/enum",keyword:"enum",params:{allowedValues: schema11.properties.files.items.properties.startPosition.enum}};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data19.maxLineBytes !== undefined && func0.call(data19, "maxLineBytes")){
let data27 = data19.maxLineBytes;
if(measures.size(data27) < 64){
const err80 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if(measures.size(data27) > 2621440){
const err81 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(typeof data27 === "string"){
if(!(formats8(data27))){
const err82 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
else {
const err83 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data19.archives !== undefined && func0.call(data19, "archives")){
if(typeof data19.archives !== "boolean"){
const err84 = {instancePath:instancePath+"/files/" + i1+"/archives",schemaPath:"#/properties/files/items/properties/archives/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
}
else {
const err85 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath:instancePath+"/files",schemaPath:"#/properties/files/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data.discovery !== undefined && func0.call(data, "discovery")){
let data29 = data.discovery;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
for(const key4 of Object.keys(data29)){
if(!(((key4 === "etcd") || (key4 === "dns")) || (key4 === "srv"))){
const err87 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data29.etcd !== undefined && func0.call(data29, "etcd")){
let data30 = data29.etcd;
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if((data30.endpoints === undefined) || (!(func0.call(data30, "endpoints")))){
const err88 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "endpoints"}};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if((data30.layout === undefined) || (!(func0.call(data30, "layout")))){
const err89 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "layout"}};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if((data30.prefix === undefined) || (!(func0.call(data30, "prefix")))){
const err90 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "prefix"}};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
for(const key5 of Object.keys(data30)){
if(!(func0.call(schema11.properties.discovery.properties.etcd.properties, key5))){
const err91 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data30.endpoints !== undefined && func0.call(data30, "endpoints")){
let data31 = data30.endpoints;
if(Array.isArray(data31)){
if(data31.length < 1){
const err92 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
const len4 = data31.length;
for(let i4=0; i4<len4; i4++){
let data32 = data31[i4];
if(typeof data32 === "string"){
if(data32.length < 1){
const err93 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i4,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
else {
const err94 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i4,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
}
else {
const err95 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(data30.layout !== undefined && func0.call(data30, "layout")){
let data33 = data30.layout;
if(!((data33 === "forwarder") || (data33 === "logstash"))){
const err96 = {instancePath:instancePath+"/discovery/etcd/layout",schemaPath:"#/properties/discovery/properties/etcd/properties/layout/enum",keyword:"enum",params:{allowedValues: schema11.properties.discovery.properties.etcd.properties.layout.enum}};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data30.prefix !== undefined && func0.call(data30, "prefix")){
let data34 = data30.prefix;
if(typeof data34 === "string"){
if(data34.length < 1){
const err97 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(!(formats10.test(data34))){
const err98 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/format",keyword:"format",params:{format: "etcd-prefix"}};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
else {
const err99 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data30.user !== undefined && func0.call(data30, "user")){
let data35 = data30.user;
if(typeof data35 === "string"){
if(data35.length < 1){
const err100 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data30.password !== undefined && func0.call(data30, "password")){
let data36 = data30.password;
if(typeof data36 === "string"){
if(data36.length < 1){
const err102 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
else {
const err103 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data30.passwordFile !== undefined && func0.call(data30, "passwordFile")){
let data37 = data30.passwordFile;
if(typeof data37 === "string"){
if(data37.length < 1){
const err104 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
else {
const err105 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data30.ca !== undefined && func0.call(data30, "ca")){
let data38 = data30.ca;
if(typeof data38 === "string"){
if(data38.length < 1){
const err106 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
else {
const err107 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data30.certificate !== undefined && func0.call(data30, "certificate")){
let data39 = data30.certificate;
if(typeof data39 === "string"){
if(data39.length < 1){
const err108 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
else {
const err109 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
if(data30.key !== undefined && func0.call(data30, "key")){
let data40 = data30.key;
if(typeof data40 === "string"){
if(data40.length < 1){
const err110 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
else {
const err111 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
}
else {
const err112 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data29.dns !== undefined && func0.call(data29, "dns")){
let data41 = data29.dns;
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if((data41.names === undefined) || (!(func0.call(data41, "names")))){
const err113 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/required",keyword:"required",params:{missingProperty: "names"}};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
if((data41.refresh === undefined) || (!(func0.call(data41, "refresh")))){
const err114 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/required",keyword:"required",params:{missingProperty: "refresh"}};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
for(const key6 of Object.keys(data41)){
if(!((key6 === "names") || (key6 === "refresh"))){
const err115 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data41.names !== undefined && func0.call(data41, "names")){
let data42 = data41.names;
if(Array.isArray(data42)){
if(data42.length < 1){
const err116 = {instancePath:instancePath+"/discovery/dns/names",schemaPath:"#/properties/discovery/properties/dns/properties/names/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
const len5 = data42.length;
for(let i5=0; i5<len5; i5++){
let data43 = data42[i5];
if(typeof data43 === "string"){
if(!(formats0(data43))){
const err117 = {instancePath:instancePath+"/discovery/dns/names/" + i5,schemaPath:"#/properties/discovery/properties/dns/properties/names/items/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
else {
const err118 = {instancePath:instancePath+"/discovery/dns/names/" + i5,schemaPath:"#/properties/discovery/properties/dns/properties/names/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
}
else {
const err119 = {instancePath:instancePath+"/discovery/dns/names",schemaPath:"#/properties/discovery/properties/dns/properties/names/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
if(data41.refresh !== undefined && func0.call(data41, "refresh")){
let data44 = data41.refresh;
if(measures.duration(data44) < 1000){
const err120 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
if(measures.duration(data44) > 86400000){
const err121 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if(typeof data44 === "string"){
if(!(formats2(data44))){
const err122 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
else {
const err123 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
else {
const err124 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data29.srv !== undefined && func0.call(data29, "srv")){
let data45 = data29.srv;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
if((data45.name === undefined) || (!(func0.call(data45, "name")))){
const err125 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
if((data45.refresh === undefined) || (!(func0.call(data45, "refresh")))){
const err126 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/required",keyword:"required",params:{missingProperty: "refresh"}};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
for(const key7 of Object.keys(data45)){
if(!((key7 === "name") || (key7 === "refresh"))){
const err127 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
if(data45.name !== undefined && func0.call(data45, "name")){
let data46 = data45.name;
if(typeof data46 === "string"){
if(data46.length < 1){
const err128 = {instancePath:instancePath+"/discovery/srv/name",schemaPath:"#/properties/discovery/properties/srv/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
if(!(formats16.test(data46))){
const err129 = {instancePath:instancePath+"/discovery/srv/name",schemaPath:"#/properties/discovery/properties/srv/properties/name/format",keyword:"format",params:{format: "srv-name"}};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
else {
const err130 = {instancePath:instancePath+"/discovery/srv/name",schemaPath:"#/properties/discovery/properties/srv/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
if(data45.refresh !== undefined && func0.call(data45, "refresh")){
let data47 = data45.refresh;
if(measures.duration(data47) < 1000){
const err131 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
if(measures.duration(data47) > 86400000){
const err132 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if(typeof data47 === "string"){
if(!(formats2(data47))){
const err133 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
}
else {
const err135 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
}
else {
const err136 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data.enrolment !== undefined && func0.call(data, "enrolment")){
let data48 = data.enrolment;
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if((data48.caFingerprint === undefined) || (!(func0.call(data48, "caFingerprint")))){
const err137 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/required",keyword:"required",params:{missingProperty: "caFingerprint"}};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
for(const key8 of Object.keys(data48)){
if(!((((key8 === "caFingerprint") || (key8 === "token")) || (key8 === "tokenFile")) || (key8 === "name"))){
const err138 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data48.caFingerprint !== undefined && func0.call(data48, "caFingerprint")){
let data49 = data48.caFingerprint;
if(typeof data49 === "string"){
if(data49.length < 1){
const err139 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
if(!(formats20.test(data49))){
const err140 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/format",keyword:"format",params:{format: "fingerprint"}};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
else {
const err141 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data48.token !== undefined && func0.call(data48, "token")){
let data50 = data48.token;
if(typeof data50 === "string"){
if(data50.length < 1){
const err142 = {instancePath:instancePath+"/enrolment/token",schemaPath:"#/properties/enrolment/properties/token/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
else {
const err143 = {instancePath:instancePath+"/enrolment/token",schemaPath:"#/properties/enrolment/properties/token/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data48.tokenFile !== undefined && func0.call(data48, "tokenFile")){
let data51 = data48.tokenFile;
if(typeof data51 === "string"){
if(data51.length < 1){
const err144 = {instancePath:instancePath+"/enrolment/tokenFile",schemaPath:"#/properties/enrolment/properties/tokenFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
else {
const err145 = {instancePath:instancePath+"/enrolment/tokenFile",schemaPath:"#/properties/enrolment/properties/tokenFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
if(data48.name !== undefined && func0.call(data48, "name")){
let data52 = data48.name;
if(typeof data52 === "string"){
if(data52.length < 1){
const err146 = {instancePath:instancePath+"/enrolment/name",schemaPath:"#/properties/enrolment/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
else {
const err147 = {instancePath:instancePath+"/enrolment/name",schemaPath:"#/properties/enrolment/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
}
else {
const err148 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
if(data.host !== undefined && func0.call(data, "host")){
let data53 = data.host;
if(typeof data53 === "string"){
if(data53.length < 1){
const err149 = {instancePath:instancePath+"/host",schemaPath:"#/properties/host/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
else {
const err150 = {instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
if(data.fields !== undefined && func0.call(data, "fields")){
let data54 = data.fields;
if(!(data54 && typeof data54 == "object" && !Array.isArray(data54))){
const err151 = {instancePath:instancePath+"/fields",schemaPath:"#/properties/fields/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data.spoolSize !== undefined && func0.call(data, "spoolSize")){
let data55 = data.spoolSize;
if(!(((typeof data55 == "number") && (!(data55 % 1) && !isNaN(data55))) && (isFinite(data55)))){
const err152 = {instancePath:instancePath+"/spoolSize",schemaPath:"#/properties/spoolSize/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if((typeof data55 == "number") && (isFinite(data55))){
if(data55 > 10000 || isNaN(data55)){
const err153 = {instancePath:instancePath+"/spoolSize",schemaPath:"#/properties/spoolSize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000}};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if(data55 < 1 || isNaN(data55)){
const err154 = {instancePath:instancePath+"/spoolSize",schemaPath:"#/properties/spoolSize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
}
if(data.durability !== undefined && func0.call(data, "durability")){
let data56 = data.durability;
if(!((data56 === "disk") || (data56 === "process"))){
const err155 = {instancePath:instancePath+"/durability",schemaPath:"#/properties/durability/enum",keyword:"enum",params:{allowedValues: schema11.properties.durability.enum}};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
if(data.onLostState !== undefined && func0.call(data, "onLostState")){
let data57 = data.onLostState;
if(!(((data57 === "stop") || (data57 === "resend")) || (data57 === "end"))){
const err156 = {instancePath:instancePath+"/onLostState",schemaPath:"#/properties/onLostState/enum",keyword:"enum",params:{allowedValues: schema11.properties.onLostState.enum}};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
if(data.pollInterval !== undefined && func0.call(data, "pollInterval")){
let data58 = data.pollInterval;
if(measures.duration(data58) < 10){
const err157 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
if(measures.duration(data58) > 3600000){
const err158 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
if(typeof data58 === "string"){
if(!(formats2(data58))){
const err159 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
else {
const err160 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
if(data.holdTime !== undefined && func0.call(data, "holdTime")){
let data59 = data.holdTime;
if(measures.duration(data59) < 1000){
const err161 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
if(measures.duration(data59) > 315360000000){
const err162 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
if(typeof data59 === "string"){
if(!(formats2(data59))){
const err163 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
}
else {
const err164 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
if(data.holdBytes !== undefined && func0.call(data, "holdBytes")){
let data60 = data.holdBytes;
if(measures.size(data60) < 1048576){
const err165 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if(measures.size(data60) > 1125899906842624){
const err166 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
if(typeof data60 === "string"){
if(!(formats8(data60))){
const err167 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
else {
const err168 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
if(data.include !== undefined && func0.call(data, "include")){
let data61 = data.include;
if(Array.isArray(data61)){
if(data61.length < 1){
const err169 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
const len6 = data61.length;
for(let i6=0; i6<len6; i6++){
let data62 = data61[i6];
if(typeof data62 === "string"){
if(data62.length < 1){
const err170 = {instancePath:instancePath+"/include/" + i6,schemaPath:"#/properties/include/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
else {
const err171 = {instancePath:instancePath+"/include/" + i6,schemaPath:"#/properties/include/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
}
else {
const err172 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
if(data.stateDir !== undefined && func0.call(data, "stateDir")){
let data63 = data.stateDir;
if(typeof data63 === "string"){
if(data63.length < 1){
const err173 = {instancePath:instancePath+"/stateDir",schemaPath:"#/properties/stateDir/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
else {
const err174 = {instancePath:instancePath+"/stateDir",schemaPath:"#/properties/stateDir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
if(data.shutdownTimeout !== undefined && func0.call(data, "shutdownTimeout")){
let data64 = data.shutdownTimeout;
if(measures.duration(data64) < 0){
const err175 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
if(measures.duration(data64) > 3600000){
const err176 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
if(typeof data64 === "string"){
if(!(formats2(data64))){
const err177 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
else {
const err178 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
if(data.metrics !== undefined && func0.call(data, "metrics")){
let data65 = data.metrics;
if(data65 && typeof data65 == "object" && !Array.isArray(data65)){
if((data65.listen === undefined) || (!(func0.call(data65, "listen")))){
const err179 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/required",keyword:"required",params:{missingProperty: "listen"}};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
for(const key9 of Object.keys(data65)){
if(!(key9 === "listen")){
const err180 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9}};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
if(data65.listen !== undefined && func0.call(data65, "listen")){
let data66 = data65.listen;
if(typeof data66 === "string"){
if(!(formats0(data66))){
const err181 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
else {
const err182 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
}
else {
const err183 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
if(data.log !== undefined && func0.call(data, "log")){
let data67 = data.log;
if(data67 && typeof data67 == "object" && !Array.isArray(data67)){
if((data67.level === undefined) || (!(func0.call(data67, "level")))){
const err184 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "level"}};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
if((data67.format === undefined) || (!(func0.call(data67, "format")))){
const err185 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "format"}};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
if((data67.syslog === undefined) || (!(func0.call(data67, "syslog")))){
const err186 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "syslog"}};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
for(const key10 of Object.keys(data67)){
if(!(((key10 === "level") || (key10 === "format")) || (key10 === "syslog"))){
const err187 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10}};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
if(data67.level !== undefined && func0.call(data67, "level")){
let data68 = data67.level;
if(!((((data68 === "debug") || (data68 === "info")) || (data68 === "warn")) || (data68 === "error"))){
const err188 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.level.enum}};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
if(data67.format !== undefined && func0.call(data67, "format")){
let data69 = data67.format;
if(!(((data69 === "auto") || (data69 === "json")) || (data69 === "text"))){
const err189 = {instancePath:instancePath+"/log/format",schemaPath:"#/properties/log/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.format.enum}};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
if(data67.syslog !== undefined && func0.call(data67, "syslog")){
if(typeof data67.syslog !== "boolean"){
const err190 = {instancePath:instancePath+"/log/syslog",schemaPath:"#/properties/log/properties/syslog/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
}
}
else {
const err191 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
}
else {
const err192 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

